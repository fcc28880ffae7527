/* SPDX-License-Identifier: Apache-2.0 */
/* The helper's process, for the attacks on the guard itself. */
#ifndef GUARD_H
#define GUARD_H

#include "stranger.h"

__attribute__((unused)) static pid_t guard(void)
{
	pid_t found = process_by("cmdline", "/opt/ringfence/helper/");

	if (!found)
		finish(BROKEN, "there is no helper", 0, 0);
	return found;
}

#endif
