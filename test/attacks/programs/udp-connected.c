/* SPDX-License-Identifier: Apache-2.0 */
/* A connected UDP socket over IPv6. */
#define ATTACK "udp-connected"
#include "attack.h"
#include "network.h"

int main(int count, char **argument)
{
	struct sockaddr_in6 address = address6(argument[count - 1], "::1");
	int fd = prepare("socket", socket(AF_INET6, SOCK_DGRAM, 0));

	intended("connect", connect(fd, (void *)&address, sizeof(address)));
	prepare("send", send(fd, "stolen\n", 7, 0));
	expect_answer("connect", fd);
}
