/* SPDX-License-Identifier: Apache-2.0 */
/* A symbolic link leads to a file of the agent's and to the key in turn. */
#define ATTACK "race-symlink"
#include "race.h"

static char *link_name, *spare, *own, *key;

static void change(void)
{
	static int turn;

	turn = !turn;
	if (symlink(turn ? key : own, spare) == 0)
		rename(spare, link_name);
}

static int reach(void)
{
	return open(link_name, O_RDONLY | O_CLOEXEC);
}

int main(int count, char **argument)
{
	(void)count;
	key = text("%s/id_rsa", argument[1]);
	own = text("%s/own", argument[2]);
	link_name = text("%s/link", argument[2]);
	spare = text("%s/spare", argument[2]);
	put("own file", own, "nothing\n");
	race(argument[2], change, reach);
}
