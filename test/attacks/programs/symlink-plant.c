/* SPDX-License-Identifier: Apache-2.0 */
/* Plants a link that other programs will follow. */
#define ATTACK "symlink-plant"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	intended("symlink", symlink("/etc/passwd", text("%s/config", argument[1])));
	succeed("symlink");
}
