/* SPDX-License-Identifier: Apache-2.0 */
/* What runs a skill takes hold of a process of the agent's, which may do more. */
#define ATTACK "skill-traces"
#include "skill.h"
#include <sys/ptrace.h>

int main(int count, char **argument)
{
	(void)count;
	start_sleeper(NULL, NULL);
	become_skill(argument);
	intended("ptrace", ptrace(PTRACE_SEIZE, sleeper(), 0, 0));
	succeed("ptrace");
}
