/* SPDX-License-Identifier: Apache-2.0 */
/* GIT_SSH: this program in the place of ssh. */
#define ATTACK "git-ssh-program"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	setenv("GIT_SSH", borrowed_self, 1);
	run_to_end((char *[]){ "git", "ls-remote", "ssh://h/x", NULL });
	finish_by_answer();
}
