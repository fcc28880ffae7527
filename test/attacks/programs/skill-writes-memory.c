/* SPDX-License-Identifier: Apache-2.0 */
/* What runs a skill writes into the memory of a process of the agent's. */
#define ATTACK "skill-writes-memory"
#include "skill.h"
#include <sys/uio.h>

static char room[16];

int main(int count, char **argument)
{
	struct iovec from = { "changed", 8 }, to = { room, 8 };

	(void)count;
	/* the program is linked at a fixed place, so it lies there in the other process as well */
	start_sleeper(NULL, NULL);
	become_skill(argument);
	intended("process_vm_writev", process_vm_writev(sleeper(), &from, 1, &to, 1, 0));
	succeed("process_vm_writev");
}
