/* SPDX-License-Identifier: Apache-2.0 */
/* The same by the other call for it, FS_IOC_FSSETXATTR: which project a file counts for can be set as well. */
#define ATTACK "flags-set-extended"
#include "attack.h"
#include <linux/fs.h>
#include <sys/ioctl.h>

int main(int count, char **argument)
{
	struct fsxattr flags;
	int fd = prepare("open", open(text("%s/id_rsa", argument[1]), O_RDONLY | O_CLOEXEC));

	(void)count;
	prepare("flags", ioctl(fd, FS_IOC_FSGETXATTR, &flags));
	flags.fsx_xflags |= FS_XFLAG_NODUMP | FS_XFLAG_NOATIME;
	intended("ioctl", ioctl(fd, FS_IOC_FSSETXATTR, &flags));
	succeed("ioctl");
}
