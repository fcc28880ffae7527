/* SPDX-License-Identifier: Apache-2.0 */
/* Plants a file through a directory that bubblewrap shows writable by another name. */
#define ATTACK "bubblewrap-write"
#include "attack.h"
#include "bubblewrap.h"

int main(int count, char **argument)
{
	int fd;

	if (!is_inside(count, argument))
		GO_INSIDE(argument, "--tmpfs", "/tmp", "--bind", argument[1], "/tmp/out");
	fd = intended("open", open("/tmp/out/planted", O_WRONLY | O_CREAT | O_EXCL, 0600));
	prepare("write", write(fd, "planted", 7));
	succeed("open");
}
