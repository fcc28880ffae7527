/* SPDX-License-Identifier: Apache-2.0 */
/* In a mount namespace of the agent's own the key's directory is mounted over one of the agent's and taken away again. */
#define ATTACK "race-mount"
#include "race.h"
#include <sys/mount.h>

static char *place, *keys, *through;

static void change(void)
{
	if (mount(keys, place, NULL, MS_BIND, NULL))
		finish(errno == EPERM ? REFUSED_EARLY : BROKEN, "mount", errno, 0);
	sched_yield();
	umount2(place, MNT_DETACH);
}

static int reach(void)
{
	return open(through, O_RDONLY | O_CLOEXEC);
}

int main(int count, char **argument)
{
	(void)count;
	place = text("%s/place", argument[2]);
	keys = text("%s/keys", argument[1]);
	through = text("%s/id_rsa", place);
	prepare("mkdir", mkdir(place, 0700));
	put("own file", through, "nothing\n");
	become_namespace_root(CLONE_NEWNS);
	prepare("propagation", mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	race(argument[2], change, reach);
}
