/* SPDX-License-Identifier: Apache-2.0 */
/* As root: types a command into a terminal (TIOCSTI), to be run by whoever's shell reads there when the agent has ended. */
#define ATTACK "terminal-input"
#include "attack.h"
#include <pty.h>
#include <sys/ioctl.h>

int main(void)
{
	int keeper, terminal;

	prepare("openpty", openpty(&keeper, &terminal, NULL, NULL, NULL));
	intended("ioctl", ioctl(terminal, TIOCSTI, "x"));
	succeed("ioctl");
}
