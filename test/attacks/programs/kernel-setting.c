/* SPDX-License-Identifier: Apache-2.0 */
/* As root: opens a setting of the kernel below /sys, which the manifest grants. The control writes nothing. */
#define ATTACK "kernel-setting"
#include "attack.h"

int main(void)
{
	intended("open", open("/sys/kernel/mm/transparent_hugepage/enabled", O_WRONLY | O_CLOEXEC));
	succeed("open");
}
