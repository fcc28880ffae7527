/* SPDX-License-Identifier: Apache-2.0 */
/* Copies a program into an anonymous memory file and executes that (fileless execution); the program then opens the key. */
#define ATTACK "exec-memfd"
#include "attack.h"
#include <sys/mman.h>
#include <sys/sendfile.h>

int main(int count, char **argument)
{
	char *vector[] = { ATTACK, ATTACK, text("%s/id_rsa", argument[1]), NULL };
	int source = prepare("open", open(text("%s/payload", argument[2]), O_RDONLY | O_CLOEXEC));
	int memory = prepare("memfd_create", memfd_create("payload", MFD_CLOEXEC));

	(void)count;
	while (prepare("sendfile", sendfile(memory, source, NULL, 1 << 20)) > 0)
		;
	intended("exec", syscall(SYS_execveat, memory, "", vector, environ, AT_EMPTY_PATH));
}
