/* SPDX-License-Identifier: Apache-2.0 */
/* As root: the kernel's log by its device, which can be written to as well: lines that the kernel never said. */
#define ATTACK "log-device"
#include "attack.h"

int main(void)
{
	intended("open", open("/dev/kmsg", O_RDWR | O_CLOEXEC));
	succeed("open");
}
