/* SPDX-License-Identifier: Apache-2.0 */
/* As root: opens a program of the guard's own for writing, to have another one run the next time. */
#define ATTACK "guard-program"
#include "attack.h"

int main(void)
{
	intended("open", open("/opt/ringfence/cli/main.js", O_WRONLY | O_APPEND | O_CLOEXEC));
	succeed("open");
}
