/* SPDX-License-Identifier: Apache-2.0 */
/* The dynamic loader runs a program that may not be executed: the program is only mapped. */
#define ATTACK "exec-ld-so"
#include "attack.h"

int main(int count, char **argument)
{
	char *vector[] = { "/lib64/ld-linux-x86-64.so.2", text("%s/payload-dynamic", argument[2]), ATTACK, NULL };

	(void)count;
	intended("exec", execv(vector[0], vector));
}
