/* SPDX-License-Identifier: Apache-2.0 */
/* An overlay in an own user namespace writes into its upper folder by calls of the kernel's own: overlay-plant UPPER SCRATCH NAME. */
#define ATTACK "overlay-plant"
#include "../../attacks/programs/attack.h"
#include <sys/mount.h>

int main(int count, char **argument)
{
	char *lower = text("%s/lower", argument[2]), *work = text("%s/work", argument[2]);
	char *merged = text("%s/merged", argument[2]);

	(void)count;
	become_namespace_root(CLONE_NEWNS);
	prepare("mkdir", mkdir(lower, 0700) | mkdir(work, 0700) | mkdir(merged, 0700));
	intended("mount", mount("overlay", merged, "overlay", 0,
				text("lowerdir=%s,upperdir=%s,workdir=%s,userxattr", lower, argument[1], work)));
	intended("create", open(text("%s/%s", merged, argument[3]), O_WRONLY | O_CREAT | O_EXCL, 0600));
	prepare("there", access(text("%s/%s", argument[1], argument[3]), F_OK));
	succeed("create");
}
