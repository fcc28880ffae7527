/* SPDX-License-Identifier: Apache-2.0 */
/* Deletes the key. */
#define ATTACK "unlink"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	intended("unlink", unlink(text("%s/id_rsa", argument[1])));
	succeed("unlink");
}
