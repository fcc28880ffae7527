/* SPDX-License-Identifier: Apache-2.0 */
/* An unconnected UDP socket: sendto() names the peer and connect() is never called (DNS exfiltration). */
#define ATTACK "udp-sendto"
#include "attack.h"
#include "network.h"

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);
	int fd = prepare("socket", socket(AF_INET, SOCK_DGRAM, 0));

	intended("sendto", sendto(fd, "stolen\n", 7, 0, (void *)&address, sizeof(address)));
	expect_answer("sendto", fd);
}
