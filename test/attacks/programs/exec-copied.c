/* SPDX-License-Identifier: Apache-2.0 */
/* Executes a program that was put into a writable directory (a dropped binary). */
#define ATTACK "exec-copied"
#include "attack.h"

int main(int count, char **argument)
{
	char *path = text("%s/payload", argument[2]);
	char *vector[] = { path, ATTACK, NULL };

	(void)count;
	intended("exec", execv(path, vector));
}
