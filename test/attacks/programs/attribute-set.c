/* SPDX-License-Identifier: Apache-2.0 */
/* Sets an extended attribute of a file that may not be written: such say how programs treat it, and carry data out of sight. */
#define ATTACK "attribute-set"
#include "attack.h"
#include <sys/xattr.h>

int main(int count, char **argument)
{
	(void)count;
	intended("setxattr", setxattr(text("%s/id_rsa", argument[1]), "user.ringfence", "x", 1, 0));
	succeed("setxattr");
}
