/* SPDX-License-Identifier: Apache-2.0 */
/* connect() of an IPv6 UDP socket with an IPv4 address structure. */
#define ATTACK "udp-mixed-family"
#include "attack.h"
#include "network.h"

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);
	int fd = prepare("socket", socket(AF_INET6, SOCK_DGRAM, 0));

	intended("connect", connect(fd, (void *)&address, sizeof(address)));
	prepare("send", send(fd, "stolen\n", 7, 0));
	expect_answer("connect", fd);
}
