/* SPDX-License-Identifier: Apache-2.0 */
/* As root: has the kernel forget what it knows of files, in the hope that the guard forgets with it. */
#define ATTACK "drop-caches"
#include "attack.h"

int main(void)
{
	int fd = intended("open", open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC));

	prepare("write", write(fd, "2", 1));
	succeed("open");
}
