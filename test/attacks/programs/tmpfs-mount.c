/* SPDX-License-Identifier: Apache-2.0 */
/* An own tmpfs over the granted directory: a filesystem that no rule speaks of, to execute a dropped program from. */
#define ATTACK "tmpfs-mount"
#include "attack.h"
#include <sys/mount.h>
#include <sys/sendfile.h>

int main(int count, char **argument)
{
	int source = prepare("open", open(text("%s/payload", argument[2]), O_RDONLY | O_CLOEXEC)), copy;
	char *place = text("%s/memory", argument[2]), *path = text("%s/payload", place);
	char *vector[] = { path, ATTACK, NULL };

	(void)count;
	become_namespace_root(CLONE_NEWNS);
	prepare("mkdir", mkdir(place, 0700));
	prepare("mount", mount("none", place, "tmpfs", 0, NULL));
	copy = intended("open", open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700));
	while (prepare("sendfile", sendfile(copy, source, NULL, 1 << 20)) > 0)
		;
	close(copy);
	intended("exec", execv(path, vector));
}
