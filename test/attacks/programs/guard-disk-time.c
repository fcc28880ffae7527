/* SPDX-License-Identifier: Apache-2.0 */
/* As root: lets the helper write its log only when nobody else writes. The control leaves it as it is. */
#define ATTACK "guard-disk-time"
#include "attack.h"
#include "guard.h"

#define OF_PROCESS 1

int main(void)
{
	intended("ioprio_set", syscall(SYS_ioprio_set, OF_PROCESS, guard(), 0));
	succeed("ioprio_set");
}
