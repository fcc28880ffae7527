/* SPDX-License-Identifier: Apache-2.0 */
/* s1ngularity (August 2025) put `sudo shutdown` into the shells' start-up files: what the next shell of the person's runs. */
#define ATTACK "shell-start"
#include "attack.h"

int main(void)
{
	int fd = intended("open", open("/home/dev/.bashrc", O_WRONLY | O_APPEND | O_CLOEXEC));

	prepare("write", write(fd, "true\n", 5));
	succeed("open");
}
