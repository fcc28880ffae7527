/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program that may not be executed: from an anonymous memory file (fileless execution), and if that is refused as
 * it stands. No manifest can declare a memory file; one that declares the program grants what the attack is after.
 */
#define ATTACK "exec-memfd"
#include "attack.h"
#include <sys/mman.h>
#include <sys/sendfile.h>

int main(int count, char **argument)
{
	char *path = text("%s/payload", argument[2]), *vector[] = { "payload", ATTACK, NULL };
	int source = prepare("open", open(path, O_RDONLY | O_CLOEXEC));
	int memory = prepare("memfd_create", memfd_create("payload", MFD_CLOEXEC));

	(void)count;
	while (prepare("sendfile", sendfile(memory, source, NULL, 1 << 20)) > 0)
		;
	syscall(SYS_execveat, memory, "", vector, environ, AT_EMPTY_PATH);
	intended("exec", execv(path, vector));
}
