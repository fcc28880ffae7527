/* SPDX-License-Identifier: Apache-2.0 */
/* As root: a table of cron's, run by the clock as anybody. */
#define ATTACK "timer-start"
#include "attack.h"

int main(void)
{
	intended("create", open("/etc/cron.d/ringfence-attack", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	unlink("/etc/cron.d/ringfence-attack");
	succeed("create");
}
