/* SPDX-License-Identifier: Apache-2.0 */
/* As root: signals a process of the system that has nothing to do with the session. SIGCONT, as the control shall do no harm. */
#define ATTACK "signal-others"
#include "attack.h"

int main(void)
{
	intended("kill", kill(1, SIGCONT));
	succeed("kill");
}
