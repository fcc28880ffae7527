/* SPDX-License-Identifier: Apache-2.0 */
/* As root: mount_setattr(2) takes nosuid from a mount of the machine's. No hook is about that call alone. */
#define ATTACK "mount-attributes"
#include "attack.h"
#include <linux/mount.h>
#include <sys/syscall.h>

int main(void)
{
	struct mount_attr change = { .attr_clr = MOUNT_ATTR_NOSUID };

	intended("mount_setattr", syscall(SYS_mount_setattr, AT_FDCWD, "/home/shared/attacks/shared", 0, &change, sizeof(change)));
	succeed("mount_setattr");
}
