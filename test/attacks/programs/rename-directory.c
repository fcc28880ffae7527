/* SPDX-License-Identifier: Apache-2.0 */
/* Moves the directory that holds the key into the granted one. */
#define ATTACK "rename-directory"
#include "attack.h"

int main(int count, char **argument)
{
	char *name = text("%s/moved-keys", argument[2]);

	(void)count;
	intended("rename", rename(text("%s/keys", argument[1]), name));
	open_and_leak(text("%s/id_rsa", name));
}
