/* SPDX-License-Identifier: Apache-2.0 */
/* As root: opens the key after the kernel was told to forget it: what is known of a file by its cached inode alone is gone then. */
#define ATTACK "forgotten-inode"
#include "attack.h"

int main(int count, char **argument)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	(void)count;
	if (fd >= 0 && write(fd, "2", 1) == 1)
		close(fd);
	open_and_leak(text("%s/id_rsa", argument[1]));
}
