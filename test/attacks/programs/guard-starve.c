/* SPDX-License-Identifier: Apache-2.0 */
/* As root: leaves the helper the least of the processor. The control gives it what it has. */
#define ATTACK "guard-starve"
#include "attack.h"
#include "guard.h"
#include <sys/resource.h>

int main(void)
{
	pid_t target = guard();

	intended("setpriority", setpriority(PRIO_PROCESS, target, getpriority(PRIO_PROCESS, target)));
	succeed("setpriority");
}
