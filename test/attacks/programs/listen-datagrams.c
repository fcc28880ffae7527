/* SPDX-License-Identifier: Apache-2.0 */
/* Takes orders by datagrams: nothing but bind(2) is needed. */
#define ATTACK "listen-datagrams"
#include "attack.h"
#include "network.h"

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);
	int fd = prepare("socket", socket(AF_INET, SOCK_DGRAM, 0));

	intended("bind", bind(fd, (void *)&address, sizeof(address)));
	succeed("bind");
}
