/* SPDX-License-Identifier: Apache-2.0 */
/* O_TRUNC destroys the content although nothing is read or written: O_RDONLY | O_TRUNC. */
#define ATTACK "open-truncate"
#include "attack.h"

int main(int count, char **argument)
{
	struct stat after;
	int fd = intended("open", open(text("%s/keys/id_rsa", argument[1]), O_RDONLY | O_TRUNC));

	(void)count;
	prepare("fstat", fstat(fd, &after));
	if (after.st_size)
		finish(BROKEN, "size", 0, 0);
	succeed("open");
}
