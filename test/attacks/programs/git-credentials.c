/* SPDX-License-Identifier: Apache-2.0 */
/* What git asks for a password is this program. */
#define ATTACK "git-credentials"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	setenv("GIT_ASKPASS", borrowed_self, 1);
	prepare("pipe", system("printf 'protocol=https\\nhost=h\\n\\n' | git credential fill > said 2>&1") >= 0 ? 0 : -1);
	finish_by_answer();
}
