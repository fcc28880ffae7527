/* SPDX-License-Identifier: Apache-2.0 */
/* ssh with a configuration of the agent that makes it run this program. */
#define ATTACK "ssh-config-file"
#include "borrowed.h"

int main(int count, char **argument)
{
	(void)count;
	start_attack(argument);
	put("configuration", "configuration", text("Match exec %s\n", borrowed_self));
	run_to_end((char *[]){ "ssh", "-F", "configuration", "h", NULL });
	finish_by_answer();
}
