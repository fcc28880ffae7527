/* SPDX-License-Identifier: Apache-2.0 */
/* As root: tells the kernel which kernel comes next. None, here: it would be a kernel without a guard. */
#define ATTACK "kexec"
#include "attack.h"

int main(void)
{
	intended("kexec_load", syscall(SYS_kexec_load, 0, 0, NULL, 0));
	succeed("kexec_load");
}
