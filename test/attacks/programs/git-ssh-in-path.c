/* SPDX-License-Identifier: Apache-2.0 */
/* This program, called ssh, comes first in PATH. */
#define ATTACK "git-ssh-in-path"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	prepare("symlink", symlink(borrowed_self, "ssh"));
	setenv("PATH", text("%s:%s", argument[2], getenv("PATH")), 1);
	run_to_end((char *[]){ "git", "ls-remote", "ssh://h/x", NULL });
	finish_by_answer();
}
