/* SPDX-License-Identifier: Apache-2.0 */
/* As root: sets the machine's clock, here to what it is: expiry dates, certificates and records go by it. */
#define ATTACK "clock-set"
#include "attack.h"
#include <time.h>

int main(void)
{
	struct timespec now;

	prepare("clock_gettime", clock_gettime(CLOCK_REALTIME, &now));
	intended("clock_settime", clock_settime(CLOCK_REALTIME, &now));
	succeed("clock_settime");
}
