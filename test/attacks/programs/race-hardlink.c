/* SPDX-License-Identifier: Apache-2.0 */
/* A name is given to a file of the agent's and to the key in turn, and opened meanwhile. */
#define ATTACK "race-hardlink"
#include "race.h"

static char *name, *spare, *own, *key;

static void change(void)
{
	static int turn;

	turn = !turn;
	if (link(turn ? key : own, spare) == 0)
		rename(spare, name);
	unlink(spare);
	unlink(name);
}

/* Where the key gets no name of the agent's it is still reached by its own. */
static int reach(void)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	return fd < 0 && errno == ENOENT ? open(key, O_RDONLY | O_CLOEXEC) : fd;
}

int main(int count, char **argument)
{
	(void)count;
	key = text("%s/id_rsa", argument[1]);
	own = text("%s/own", argument[2]);
	name = text("%s/name", argument[2]);
	spare = text("%s/spare", argument[2]);
	put("own file", own, "nothing\n");
	race(argument[2], change, reach);
}
