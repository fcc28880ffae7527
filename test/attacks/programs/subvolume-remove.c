/* SPDX-License-Identifier: Apache-2.0 */
/* Removes a subvolume of btrfs with all that lies in it, by the folder that it lies in, which may be read alone. Several are there to be removed. */
#define ATTACK "subvolume-remove"
#include "attack.h"
#include <linux/btrfs.h>
#include <sys/ioctl.h>

int main(int count, char **argument)
{
	struct btrfs_ioctl_vol_args named = {};
	int folder = prepare("open", open(argument[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	(void)count;
	for (int number = 0; number < 2; number++) {
		snprintf(named.name, sizeof(named.name), "kept-%d", number);
		if (faccessat(folder, named.name, F_OK, 0) == 0)
			break;
	}
	intended("ioctl", ioctl(folder, BTRFS_IOC_SNAP_DESTROY, &named));
	succeed("ioctl");
}
