/* SPDX-License-Identifier: Apache-2.0 */
/* Moves the key itself into the granted directory and reads it there. */
#define ATTACK "rename-file"
#include "attack.h"

int main(int count, char **argument)
{
	char *name = text("%s/moved-key", argument[2]);

	(void)count;
	intended("rename", rename(text("%s/id_rsa", argument[1]), name));
	open_and_leak(name);
}
