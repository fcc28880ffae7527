/* SPDX-License-Identifier: Apache-2.0 */
/* A process that has let go of its parent connects, and hands the connection back. */
#define ATTACK "docker-helper"
#include "attack.h"
#include "local.h"

int main(void)
{
	int pair[2], fd;
	pid_t child;

	prepare("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	child = prepare("fork", fork());
	if (child == 0) {
		setsid();
		if (fork() != 0)
			_exit(0);
		hand_over(pair[1], connected(SOCK_STREAM, "/run/docker.sock", strlen("/run/docker.sock")));
		_exit(0);
	}
	close(pair[1]);
	prepare("waitpid", waitpid(child, NULL, 0));
	fd = received_descriptor(pair[0]);
	/* the other has said already what became of it */
	if (fd < 0)
		_exit(REFUSED);
	expect_local_answer("connect", fd);
}
