/* SPDX-License-Identifier: Apache-2.0 */
/* A thread that is not the first executes the skill's file; the kernel gives it the first one's place. Then another such thread opens. */
#define ATTACK "skill-thread"
#include "skill.h"
#include <pthread.h>

static void *become(void *argument)
{
	become_skill(argument);
	return NULL;
}

static void *look(void *argument)
{
	open_and_leak(text("%s/id_rsa", ((char **)argument)[1]));
	return NULL;
}

int main(int count, char **argument)
{
	pthread_t thread;

	(void)count;
	pthread_create(&thread, NULL, getenv(BOUND) ? look : become, argument);
	pthread_join(thread, NULL);
	return BROKEN;
}
