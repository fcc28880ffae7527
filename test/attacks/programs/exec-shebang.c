/* SPDX-License-Identifier: Apache-2.0 */
/* The script is declared, the interpreter in its first line is not. */
#define ATTACK "exec-shebang"
#include "attack.h"

int main(int count, char **argument)
{
	char *path = text("%s/script", argument[2]);
	char *vector[] = { path, NULL };

	(void)count;
	intended("exec", execv(path, vector));
}
