/* SPDX-License-Identifier: Apache-2.0 */
/* Eight links, one through a directory link, so that a check of the first hop sees only granted names. */
#define ATTACK "open-symlink-chain"
#include "attack.h"

int main(int count, char **argument)
{
	char *last = text("%s/hop0/id_rsa", argument[2]);

	(void)count;
	prepare("symlink", symlink(argument[1], text("%s/hop0", argument[2])));
	for (int hop = 1; hop <= 8; hop++) {
		char *next = text("%s/hop%d", argument[2], hop);

		prepare("symlink", symlink(last, next));
		last = next;
	}
	open_and_leak(last);
}
