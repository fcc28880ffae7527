/* SPDX-License-Identifier: Apache-2.0 */
/* A back door to the network: an IPv6 socket bound to no address takes IPv4 as well. */
#define ATTACK "listen-every-address"
#include "attack.h"
#include "listening.h"

int main(int count, char **argument)
{
	struct sockaddr_in6 address = address6(argument[count - 1], "::");

	open_door(AF_INET6, &address, sizeof(address));
}
