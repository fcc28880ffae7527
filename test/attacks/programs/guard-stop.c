/* SPDX-License-Identifier: Apache-2.0 */
/* As root: stops the helper, so that nobody is asked any more. The control wakes it at once. */
#define ATTACK "guard-stop"
#include "attack.h"
#include "guard.h"

int main(void)
{
	pid_t target = guard();

	intended("kill", kill(target, SIGSTOP));
	prepare("kill", kill(target, SIGCONT));
	succeed("kill");
}
