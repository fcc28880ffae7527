/* SPDX-License-Identifier: Apache-2.0 */
/* The same as a setting of a repository that the agent has made. */
#define ATTACK "git-repository-setting"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	run_to_end((char *[]){ "git", "init", "--quiet", "r", NULL });
	run_to_end((char *[]){ "git", "-C", "r", "config", "core.sshCommand", text("ssh -F none -o ProxyCommand=%s", borrowed_self),
			       NULL });
	run_to_end((char *[]){ "git", "-C", "r", "ls-remote", "ssh://h/x", NULL });
	finish_by_answer();
}
