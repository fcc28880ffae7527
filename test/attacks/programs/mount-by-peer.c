/* SPDX-License-Identifier: Apache-2.0 */
/* As root: in a mount namespace of its own, but at a mount that it shares with the machine's: what is mounted there comes to be here too. */
#define ATTACK "mount-by-peer"
#include "attack.h"
#include <sys/mount.h>

#define SHARED "/home/shared/attacks/shared"

int main(void)
{
	prepare("unshare", unshare(CLONE_NEWNS));
	intended("mount", mount("none", SHARED, "tmpfs", 0, NULL));
	prepare("umount", umount(SHARED));
	succeed("mount");
}
