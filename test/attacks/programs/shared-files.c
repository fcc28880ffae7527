/* SPDX-License-Identifier: Apache-2.0 */
/* clone(CLONE_FILES | CLONE_FS) without CLONE_VM: a helper opens the key and leaves the descriptor in the shared table. */
#define ATTACK "shared-files"
#include "attack.h"

int main(int count, char **argument)
{
	int status;
	pid_t child = syscall(SYS_clone, CLONE_FILES | CLONE_FS | SIGCHLD, 0, 0, 0, 0);

	(void)count;
	if (child == 0) {
		int fd = open(text("%s/id_rsa", argument[1]), O_RDONLY);

		_exit(fd < 0 ? 100 + errno : fd);
	}
	prepare("clone", child);
	prepare("waitpid", waitpid(child, &status, 0));
	if (WEXITSTATUS(status) > 100) {
		errno = WEXITSTATUS(status) - 100;
		intended("open", -1);
	}
	leak("open", WEXITSTATUS(status));
}
