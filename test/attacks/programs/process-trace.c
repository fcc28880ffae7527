/* SPDX-License-Identifier: Apache-2.0 */
/* Attaches to another program of the user as a debugger: from there every right of that program is the agent's. */
#define ATTACK "process-trace"
#include "attack.h"
#include "stranger.h"
#include <sys/ptrace.h>

int main(void)
{
	pid_t target = stranger();

	intended("ptrace", ptrace(PTRACE_SEIZE, target, NULL, NULL));
	succeed("ptrace");
}
