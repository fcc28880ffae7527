/* SPDX-License-Identifier: Apache-2.0 */
/* The child of a vfork(), which shares its parent's memory, opens the key. */
#define ATTACK "vfork"
#include "attack.h"

int main(int count, char **argument)
{
	char *path = text("%s/id_rsa", argument[1]);
	pid_t child = vfork();

	(void)count;
	if (child == 0)
		open_and_leak(path);
	prepare("vfork", child);
	exit_as(child);
}
