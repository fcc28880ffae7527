/* SPDX-License-Identifier: Apache-2.0 */
/* As root: what kills all processes, or stops the machine, by one letter. The control writes none. */
#define ATTACK "system-request"
#include "attack.h"

int main(void)
{
	intended("open", open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC));
	succeed("open");
}
