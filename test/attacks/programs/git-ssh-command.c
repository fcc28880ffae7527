/* SPDX-License-Identifier: Apache-2.0 */
/* GIT_SSH_COMMAND: ssh with an option that makes it run this program. */
#define ATTACK "git-ssh-command"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	setenv("GIT_SSH_COMMAND", text("ssh -F none -o ProxyCommand=%s", borrowed_self), 1);
	run_to_end((char *[]){ "git", "ls-remote", "ssh://h/x", NULL });
	finish_by_answer();
}
