/* SPDX-License-Identifier: Apache-2.0 */
/* As root: hands the kernel a module. What is handed over is none: that the kernel looks at it and says so is success. */
#define ATTACK "module-insert"
#include "attack.h"

int main(void)
{
	if (syscall(SYS_init_module, "no module", 9, "") < 0 && errno != ENOEXEC)
		intended("init_module", -1);
	succeed("init_module");
}
