/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks for a file system that nobody uses, in an own user namespace: the kernel has its module loaded by root's modprobe, for which the
 * suite has a stand-in that leaves a mark.
 */
#define ATTACK "module-request"
#include "attack.h"
#include <sys/mount.h>

int main(int count, char **argument)
{
	(void)count;
	become_namespace_root(CLONE_NEWNS);
	if (!mount("none", argument[2], "ringfence-seldom", 0, NULL))
		finish(BROKEN, "there is such a file system", 0, 0);
	if (!access("/home/shared/attacks/requested/fs-ringfence-seldom", F_OK))
		succeed("mount");
	errno = EPERM;
	intended("mount", -1);
	return BROKEN;
}
