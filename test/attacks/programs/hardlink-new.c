/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a hard link to the key in the granted directory and reads it there. */
#define ATTACK "hardlink-new"
#include "attack.h"

int main(int count, char **argument)
{
	char *name = text("%s/new-link", argument[2]);

	(void)count;
	intended("link", link(text("%s/id_rsa", argument[1]), name));
	open_and_leak(name);
}
