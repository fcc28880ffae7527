/* SPDX-License-Identifier: Apache-2.0 */
/* An IPv4 address in the clothes of IPv6. */
#define ATTACK "listen-mapped"
#include "attack.h"
#include "listening.h"

int main(int count, char **argument)
{
	struct sockaddr_in6 address = address6(argument[count - 1], "::ffff:127.0.0.1");

	open_door(AF_INET6, &address, sizeof(address));
}
