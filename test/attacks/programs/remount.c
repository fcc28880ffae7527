/* SPDX-License-Identifier: Apache-2.0 */
/* As root: parts from the machine's mounts, then changes the options of a file system, which is the machine's all the same. */
#define ATTACK "remount"
#include "attack.h"
#include <sys/mount.h>

int main(void)
{
	prepare("unshare", unshare(CLONE_NEWNS));
	prepare("private", mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	intended("mount", mount(NULL, "/home/shared/attacks/shared", NULL, MS_REMOUNT, NULL));
	succeed("mount");
}
