/* SPDX-License-Identifier: Apache-2.0 */
/* Owned by root and executable by all as root, as sudo is: starts an attack as root inside the session. as-root PROGRAM WORDS ... */
#define _GNU_SOURCE
#include <grp.h>
#include <stdio.h>
#include <unistd.h>

int main(int count, char **argument)
{
	if (count > 1 && !setgroups(0, NULL) && !setresgid(0, 0, 0) && !setresuid(0, 0, 0))
		execv(argument[1], argument + 1);
	printf("{\"step\":\"becoming root\",\"ok\":false,\"errno\":0}\n");
	return 20;
}
