/* SPDX-License-Identifier: Apache-2.0 */
/* The same as a setting on the command line. */
#define ATTACK "git-core-ssh-command"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	run_to_end((char *[]){ "git", "-c", text("core.sshCommand=ssh -F none -o ProxyCommand=%s", borrowed_self), "ls-remote",
			       "ssh://h/x", NULL });
	finish_by_answer();
}
