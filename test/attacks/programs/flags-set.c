/* SPDX-License-Identifier: Apache-2.0 */
/* Changes the flags of a file that may be read alone (chattr +dA): backups then leave it out, and nobody sees that it was read. */
#define ATTACK "flags-set"
#include "attack.h"
#include <linux/fs.h>
#include <sys/ioctl.h>

int main(int count, char **argument)
{
	int flags = 0, fd = prepare("open", open(text("%s/id_rsa", argument[1]), O_RDONLY | O_CLOEXEC));

	(void)count;
	prepare("flags", ioctl(fd, FS_IOC_GETFLAGS, &flags));
	flags |= FS_NODUMP_FL | FS_NOATIME_FL;
	intended("ioctl", ioctl(fd, FS_IOC_SETFLAGS, &flags));
	succeed("ioctl");
}
