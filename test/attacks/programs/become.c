/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a skill: executes what it is told to. */
#include <unistd.h>

int main(int count, char **argument)
{
	if (count > 1)
		execv(argument[1], argument + 1);
	return 20;
}
