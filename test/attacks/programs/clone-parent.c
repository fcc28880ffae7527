/* SPDX-License-Identifier: Apache-2.0 */
/* clone(CLONE_PARENT) makes a sibling: its parent is the caller's parent, which a tracker by parent takes for the origin. */
#define ATTACK "clone-parent"
#include "attack.h"

int main(int count, char **argument)
{
	int report[2];

	(void)count;
	prepare("pipe", pipe(report));
	if (prepare("clone", syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0)) == 0) {
		attack_report_fd = report[1];
		open_and_leak(text("%s/id_rsa", argument[1]));
	}
	close(report[1]);
	exit_as_reported(report[0]);
}
