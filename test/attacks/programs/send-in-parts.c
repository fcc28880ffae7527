/* SPDX-License-Identifier: Apache-2.0 */
/* Carries off in small parts, to where it may send, what it may not send in all. */
#define ATTACK "send-in-parts"
#include "attack.h"
#include "network.h"

#define PARTS 30
#define PART_BYTES 10000

int main(int count, char **argument)
{
	static char part[PART_BYTES];
	struct sockaddr_in address = address4(argument[count - 1]);
	int fd = prepare("socket", socket(AF_INET, SOCK_DGRAM, 0));

	prepare("connect", connect(fd, (void *)&address, sizeof(address)));
	for (int i = 0; i < PARTS; i++)
		intended("send", send(fd, part, sizeof(part), 0));
	expect_answer("send", fd);
}
