/* SPDX-License-Identifier: Apache-2.0 */
/* As root: names the program that the kernel starts, outside of the session, when one crashes. The control writes nothing. */
#define ATTACK "core-pattern"
#include "attack.h"

int main(void)
{
	intended("open", open("/proc/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC));
	succeed("open");
}
