/* SPDX-License-Identifier: Apache-2.0 */
/* openat2() with RESOLVE_IN_ROOT: the kernel takes the victim's directory for the root of this one path. */
#define ATTACK "openat2-resolve"
#include "attack.h"
#include <linux/openat2.h>

int main(int count, char **argument)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	int fd = prepare("open(O_PATH)", open(argument[1], O_PATH | O_DIRECTORY));

	(void)count;
	leak("open", intended("open", syscall(SYS_openat2, fd, "/../id_rsa", &how, sizeof(how))));
}
