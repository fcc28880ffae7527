/* SPDX-License-Identifier: Apache-2.0 */
/* Binds the victim's directory over a granted one in an own user and mount namespace, as bubblewrap does. */
#define ATTACK "bind-mount"
#include "attack.h"
#include <sys/mount.h>

int main(int count, char **argument)
{
	char *place = text("%s/bound", argument[2]);

	(void)count;
	become_namespace_root(CLONE_NEWNS);
	prepare("mkdir", mkdir(place, 0700));
	prepare("mount", mount(argument[1], place, NULL, MS_BIND | MS_REC, NULL));
	open_and_leak(text("%s/id_rsa", place));
}
