/* SPDX-License-Identifier: Apache-2.0 */
/* chdir() into the victim's directory, then /proc/self/cwd/id_rsa. */
#define ATTACK "proc-self-cwd"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	prepare("chdir", chdir(argument[1]));
	open_and_leak("/proc/self/cwd/id_rsa");
}
