/* SPDX-License-Identifier: Apache-2.0 */
/* fexecve() of an O_PATH descriptor: the call names no path. */
#define ATTACK "exec-descriptor"
#include "attack.h"

int main(int count, char **argument)
{
	char *vector[] = { "payload", ATTACK, NULL };
	int fd = prepare("open(O_PATH)", open(text("%s/payload", argument[2]), O_PATH | O_CLOEXEC));

	(void)count;
	intended("exec", syscall(SYS_execveat, fd, "", vector, environ, AT_EMPTY_PATH));
}
