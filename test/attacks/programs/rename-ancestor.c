/* SPDX-License-Identifier: Apache-2.0 */
/* Moves a directory further up, so that neither the key nor its directory is named. */
#define ATTACK "rename-ancestor"
#include "attack.h"

int main(int count, char **argument)
{
	char *name = text("%s/moved-area", argument[2]);

	(void)count;
	intended("rename", rename(argument[1], name));
	open_and_leak(text("%s/keys/id_rsa", name));
}
