/* SPDX-License-Identifier: Apache-2.0 */
/* Inside bubblewrap, a program that was put into a filesystem of its own, where no rule speaks of it. */
#define ATTACK "bubblewrap-exec"
#include "attack.h"
#include "bubblewrap.h"
#include <sys/sendfile.h>

int main(int count, char **argument)
{
	char *vector[] = { "/tmp/payload", ATTACK, NULL };
	int source, copy;

	if (!is_inside(count, argument))
		GO_INSIDE(argument, "--tmpfs", "/tmp");
	source = prepare("open", open(text("%s/payload", argument[2]), O_RDONLY | O_CLOEXEC));
	copy = prepare("create", open("/tmp/payload", O_WRONLY | O_CREAT | O_CLOEXEC, 0700));
	while (prepare("sendfile", sendfile(copy, source, NULL, 1 << 20)) > 0)
		;
	close(copy);
	intended("exec", execv(vector[0], vector));
	_exit(BROKEN);
}
