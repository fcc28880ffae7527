/* SPDX-License-Identifier: Apache-2.0 */
/* The same by a name of its own: a symbolic link in a granted directory. */
#define ATTACK "docker-symlink"
#include "attack.h"
#include "local.h"

int main(int count, char **argument)
{
	char *link = text("%s/service", argument[2]);

	(void)count;
	prepare("symlink", symlink("/run/docker.sock", link));
	reach_stream(link);
}
