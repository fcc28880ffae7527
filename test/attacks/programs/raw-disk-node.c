/* SPDX-License-Identifier: Apache-2.0 */
/* As root: makes a node for that disk in a place where it may write, under a name of its own. */
#define ATTACK "raw-disk-node"
#include "attack.h"

int main(int count, char **argument)
{
	char *node = text("%s/notes", argument[2]), sector[512];
	struct stat home;

	(void)count;
	prepare("stat", stat(argument[2], &home));
	intended("mknod", mknod(node, S_IFBLK | 0600, home.st_dev));
	prepare("read", read(intended("open", open(node, O_RDONLY | O_CLOEXEC)), sector, sizeof(sector)));
	succeed("open");
}
