/* SPDX-License-Identifier: Apache-2.0 */
/* Removes an extended attribute of a file that may not be written, such as the mark that it came from the network. */
#define ATTACK "attribute-remove"
#include "attack.h"
#include <sys/xattr.h>

int main(int count, char **argument)
{
	(void)count;
	intended("removexattr", removexattr(text("%s/id_rsa", argument[1]), "user.origin"));
	succeed("removexattr");
}
