/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the key to other users, who are no agents. */
#define ATTACK "chmod"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	intended("chmod", chmod(text("%s/id_rsa", argument[1]), 0666));
	succeed("chmod");
}
