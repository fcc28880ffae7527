/* SPDX-License-Identifier: Apache-2.0 */
/* A grandchild whose parent is gone opens the key after it was given to init. */
#define ATTACK "double-fork"
#include "attack.h"

int main(int count, char **argument)
{
	int report[2];
	pid_t middle;

	(void)count;
	prepare("pipe", pipe(report));
	middle = prepare("fork", fork());
	if (middle == 0) {
		pid_t self = getpid();

		if (prepare("fork", fork()) > 0)
			_exit(0);
		attack_report_fd = report[1];
		while (getppid() == self)
			usleep(1000);
		open_and_leak(text("%s/id_rsa", argument[1]));
	}
	close(report[1]);
	waitpid(middle, NULL, 0);
	exit_as_reported(report[0]);
}
