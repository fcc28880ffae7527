/* SPDX-License-Identifier: Apache-2.0 */
/* sendto() with the address family AF_UNSPEC, which an IPv4 socket takes for AF_INET. */
#define ATTACK "udp-unspecified"
#include "attack.h"
#include "network.h"

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);
	int fd = prepare("socket", socket(AF_INET, SOCK_DGRAM, 0));

	address.sin_family = AF_UNSPEC;
	intended("sendto", sendto(fd, "stolen\n", 7, 0, (void *)&address, sizeof(address)));
	expect_answer("sendto", fd);
}
