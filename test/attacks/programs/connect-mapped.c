/* SPDX-License-Identifier: Apache-2.0 */
/* An IPv6 socket that connects to ::ffff:127.0.0.1: IPv4 on the wire, IPv6 in the call. */
#define ATTACK "connect-mapped"
#include "attack.h"
#include "network.h"

int main(int count, char **argument)
{
	struct sockaddr_in6 address = address6(argument[count - 1], "::ffff:127.0.0.1");

	connect_and_send(AF_INET6, 0, &address, sizeof(address));
}
