/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks on the border around a skill. The program starts as the agent's, which may read AREA; it executes a file of a skill, which executes it
 * once more, and from then on it is held to a manifest that has no word on AREA.
 */
#ifndef SKILL_H
#define SKILL_H

#include "attack.h"
#include <sys/prctl.h>

#define SKILLS_FILE "/home/dev/skills/attacks-become/become"
#define BOUND "RINGFENCE_BOUND"
#define SLEEPER "RINGFENCE_SLEEPER"

static char skill_self[4096];

__attribute__((unused)) static void find_self(void)
{
	prepare("readlink", readlink("/proc/self/exe", skill_self, sizeof(skill_self) - 1));
}

/* By whatever way the skill's file is executed: its vector. */
__attribute__((unused)) static char **skill_vector(char **argument)
{
	char **vector = calloc(5, sizeof(*vector));

	find_self();
	setenv(BOUND, "1", 1);
	vector[0] = "become";
	vector[1] = skill_self;
	vector[2] = argument[1];
	vector[3] = argument[2];
	return vector;
}

/* Returns in the bound process alone. */
__attribute__((unused)) static void become_skill(char **argument)
{
	if (getenv(BOUND))
		return;
	prepare("exec of the skill", execv(SKILLS_FILE, skill_vector(argument)));
}

/* A process of the agent's own, which is not bound. It ends with this one. */
__attribute__((unused)) static void start_sleeper(void (*work)(const char *), const char *what)
{
	int ready[2];
	pid_t child;
	char byte;

	if (getenv(BOUND))
		return;
	prepare("pipe", pipe(ready));
	child = prepare("fork", fork());
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int fd = 0; fd < 3; fd++)
			close(fd);
		if (work)
			work(what);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	prepare("sleeper", read(ready[0], &byte, 1));
	close(ready[0]);
	setenv(SLEEPER, text("%d", child), 1);
}

__attribute__((unused)) static pid_t sleeper(void)
{
	return atoi(getenv(SLEEPER));
}

#endif
