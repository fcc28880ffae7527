/* SPDX-License-Identifier: Apache-2.0 */
/* An alias of git that is this program. */
#define ATTACK "git-alias"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	run_to_end((char *[]){ "git", "-c", text("alias.x=!%s", borrowed_self), "x", NULL });
	finish_by_answer();
}
