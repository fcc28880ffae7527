/* SPDX-License-Identifier: Apache-2.0 */
/* Threads share a working directory: one changes it between the agent's and the key's, the other opens a relative path. */
#define ATTACK "race-chdir"
#include "race.h"

static char *area, *granted;

static void change(void)
{
	static int turn;

	turn = !turn;
	if (chdir(turn ? area : granted))
		finish(errno == EPERM ? REFUSED_EARLY : BROKEN, "chdir", errno, 0);
}

static int reach(void)
{
	return open("id_rsa", O_RDONLY | O_CLOEXEC);
}

int main(int count, char **argument)
{
	(void)count;
	area = argument[1];
	granted = argument[2];
	put("own file", text("%s/id_rsa", granted), "nothing\n");
	prepare("chdir", chdir(granted));
	race(granted, change, reach);
}
