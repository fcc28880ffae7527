/* SPDX-License-Identifier: Apache-2.0 */
/* As root: the same by a descriptor, as insmod and modprobe do it. */
#define ATTACK "module-file"
#include "attack.h"

int main(int count, char **argument)
{
	char *path = text("%s/module.ko", argument[2]);
	int fd;

	(void)count;
	put("module", path, "no module\n");
	fd = prepare("open", open(path, O_RDONLY | O_CLOEXEC));
	if (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != ENOEXEC)
		intended("finit_module", -1);
	succeed("finit_module");
}
