/* SPDX-License-Identifier: Apache-2.0 */
/* As root: the same by open_tree(2) and move_mount(2), which mount(2) knows nothing of. */
#define ATTACK "mount-over-moved"
#include "attack.h"
#include <linux/mount.h>
#include <sys/syscall.h>

extern int umount(const char *path);

int main(int count, char **argument)
{
	char *source = text("%s/source", argument[2]), *target = text("%s/target", argument[2]);
	int tree;

	(void)count;
	prepare("mkdir", mkdir(source, 0755) | mkdir(target, 0755));
	tree = prepare("open_tree", syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
	intended("move_mount", syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH));
	close(tree);
	prepare("umount", umount(target));
	succeed("move_mount");
}
