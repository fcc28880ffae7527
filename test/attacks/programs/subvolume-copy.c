/* SPDX-License-Identifier: Apache-2.0 */
/* Copies a subvolume of btrfs with all that lies in it into a folder that may be read alone: nothing of it is opened. */
#define ATTACK "subvolume-copy"
#include "attack.h"
#include <linux/btrfs.h>
#include <sys/ioctl.h>

int main(int count, char **argument)
{
	struct btrfs_ioctl_vol_args_v2 copy = {};
	int folder = prepare("open", open(argument[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	(void)count;
	copy.fd = prepare("open", open(text("%s/copied", argument[1]), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	snprintf(copy.name, sizeof(copy.name), "copy-%d", getpid());
	intended("ioctl", ioctl(folder, BTRFS_IOC_SNAP_CREATE_V2, &copy));
	succeed("ioctl");
}
