/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a file look new, by the call that needs no more than the right to write. */
#define ATTACK "times-touch"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	intended("utimensat", utimensat(AT_FDCWD, text("%s/id_rsa", argument[1]), NULL, 0));
	succeed("utimensat");
}
