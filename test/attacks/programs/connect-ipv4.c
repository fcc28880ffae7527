/* SPDX-License-Identifier: Apache-2.0 */
/* Sends data out by an IPv4 connection. */
#define ATTACK "connect-ipv4"
#include "attack.h"
#include "network.h"

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);

	connect_and_send(AF_INET, 0, &address, sizeof(address));
}
