/* SPDX-License-Identifier: Apache-2.0 */
/* As root: says on which processors the helper may run. The control lets it on all. */
#define ATTACK "guard-processors"
#include "attack.h"
#include "guard.h"

int main(void)
{
	cpu_set_t all;

	memset(&all, 0xff, sizeof(all));
	intended("sched_setaffinity", sched_setaffinity(guard(), sizeof(all), &all));
	succeed("sched_setaffinity");
}
