/* SPDX-License-Identifier: Apache-2.0 */
/* Plants a directory (.git, autostart) beside the key. */
#define ATTACK "mkdir-plant"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	intended("mkdir", mkdir(text("%s/planted", argument[1]), 0700));
	succeed("mkdir");
}
