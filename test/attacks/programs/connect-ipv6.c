/* SPDX-License-Identifier: Apache-2.0 */
/* The same by IPv6, which guards that know only AF_INET let through. */
#define ATTACK "connect-ipv6"
#include "attack.h"
#include "network.h"

int main(int count, char **argument)
{
	struct sockaddr_in6 address = address6(argument[count - 1], "::1");

	connect_and_send(AF_INET6, 0, &address, sizeof(address));
}
