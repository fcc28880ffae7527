/* SPDX-License-Identifier: Apache-2.0 */
/* sendto(MSG_FASTOPEN) connects a TCP socket without connect(). */
#define ATTACK "fast-open"
#include "attack.h"
#include "network.h"

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);
	int fd = prepare("socket", socket(AF_INET, SOCK_STREAM, 0));

	intended("sendto", sendto(fd, "stolen\n", 7, MSG_FASTOPEN, (void *)&address, sizeof(address)));
	expect_answer("sendto", fd);
}
