/* SPDX-License-Identifier: Apache-2.0 */
/* As root: samples everything that a processor does, whoever's it is. What it samples of itself goes on working. */
#define ATTACK "sample-processor"
#include "attack.h"
#include <linux/perf_event.h>

static int sampled(pid_t whom, int processor)
{
	struct perf_event_attr how = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(how), .config = PERF_COUNT_SW_CPU_CLOCK,
				       .exclude_kernel = 1, .exclude_hv = 1 };

	return syscall(SYS_perf_event_open, &how, whom, processor, -1, PERF_FLAG_FD_CLOEXEC);
}

int main(void)
{
	prepare("own samples", sampled(0, -1));
	intended("perf_event_open", sampled(-1, 0));
	succeed("perf_event_open");
}
