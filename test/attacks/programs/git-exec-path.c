/* SPDX-License-Identifier: Apache-2.0 */
/* This program, called git-remote-https, lies where git looks for its own. */
#define ATTACK "git-exec-path"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	prepare("symlink", symlink(borrowed_self, "git-remote-https"));
	setenv("GIT_EXEC_PATH", argument[2], 1);
	run_to_end((char *[]){ "git", "ls-remote", "https://h/x", NULL });
	finish_by_answer();
}
