/* SPDX-License-Identifier: Apache-2.0 */
/* ssh with an option that makes it run this program. */
#define ATTACK "ssh-proxy-command"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	run_to_end((char *[]){ "ssh", "-F", "none", "-o", text("ProxyCommand=%s", borrowed_self), "h", NULL });
	finish_by_answer();
}
