/* SPDX-License-Identifier: Apache-2.0 */
/* A full daemon: fork, setsid, fork, chdir, all descriptors but the report closed, another name by prctl. */
#define ATTACK "setsid-daemon"
#include "attack.h"
#include <sys/prctl.h>

int main(int count, char **argument)
{
	int report[2];
	pid_t middle;

	(void)count;
	prepare("pipe", pipe(report));
	middle = prepare("fork", fork());
	if (middle == 0) {
		prepare("setsid", setsid());
		if (prepare("fork", fork()) > 0)
			_exit(0);
		attack_report_fd = report[1];
		prepare("chdir", chdir("/"));
		prepare("prctl", prctl(PR_SET_NAME, "dpkg"));
		usleep(20000);
		open_and_leak(text("%s/id_rsa", argument[1]));
	}
	close(report[1]);
	waitpid(middle, NULL, 0);
	exit_as_reported(report[0]);
}
