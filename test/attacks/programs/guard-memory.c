/* SPDX-License-Identifier: Apache-2.0 */
/* As root: opens the helper's memory. */
#define ATTACK "guard-memory"
#include "attack.h"
#include "guard.h"

int main(void)
{
	intended("open", open(text("/proc/%d/mem", guard()), O_RDWR | O_CLOEXEC));
	succeed("open");
}
