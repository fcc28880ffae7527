/* SPDX-License-Identifier: Apache-2.0 */
/* Removes an empty directory of the victim. */
#define ATTACK "rmdir"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	intended("rmdir", rmdir(text("%s/empty", argument[1])));
	succeed("rmdir");
}
