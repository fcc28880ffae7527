/* SPDX-License-Identifier: Apache-2.0 */
/* As root: what restarts the machine. Of reboot(2) the harmless word: what Ctrl-Alt-Del does. */
#define ATTACK "restart-machine"
#include "attack.h"
#include <sys/reboot.h>

int main(void)
{
	intended("reboot", reboot(RB_DISABLE_CAD));
	succeed("reboot");
}
