/* SPDX-License-Identifier: Apache-2.0 */
/* What git asks for changed files is this program. */
#define ATTACK "git-file-monitor"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	run_to_end((char *[]){ "git", "init", "--quiet", "r", NULL });
	run_to_end((char *[]){ "git", "-C", "r", "-c", text("core.fsmonitor=%s", borrowed_self), "status", NULL });
	finish_by_answer();
}
