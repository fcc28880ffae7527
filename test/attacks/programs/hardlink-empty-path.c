/* SPDX-License-Identifier: Apache-2.0 */
/* The same by linkat(fd, "", AT_EMPTY_PATH), which needs no capability since 6.10. */
#define ATTACK "hardlink-empty-path"
#include "attack.h"

int main(int count, char **argument)
{
	char *name = text("%s/empty-link", argument[2]);
	int fd = prepare("open(O_PATH)", open(text("%s/id_rsa", argument[1]), O_PATH));

	(void)count;
	intended("link", linkat(fd, "", AT_FDCWD, name, AT_EMPTY_PATH));
	open_and_leak(name);
}
