/* SPDX-License-Identifier: Apache-2.0 */
/* As root: mounts over a folder in the mount namespace of the machine: other programs then run what the agent has put there. */
#define ATTACK "mount-over"
#include "attack.h"
#include <sys/mount.h>

int main(int count, char **argument)
{
	char *source = text("%s/source", argument[2]), *target = text("%s/target", argument[2]);

	(void)count;
	prepare("mkdir", mkdir(source, 0755) | mkdir(target, 0755));
	intended("mount", mount(source, target, NULL, MS_BIND, NULL));
	prepare("umount", umount(target));
	succeed("mount");
}
