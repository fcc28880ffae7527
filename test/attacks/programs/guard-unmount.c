/* SPDX-License-Identifier: Apache-2.0 */
/* As root: takes the file system away that the pins are in. The control only marks it as not used lately, which the kernel answers so. */
#define ATTACK "guard-unmount"
#include "attack.h"
#include <sys/mount.h>

int main(void)
{
	if (umount2("/sys/fs/bpf", MNT_EXPIRE) < 0 && errno != EAGAIN && errno != EBUSY)
		intended("umount2", -1);
	succeed("umount2");
}
