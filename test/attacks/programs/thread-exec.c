/* SPDX-License-Identifier: Apache-2.0 */
/* A thread that is not the leader executes the program again; the kernel gives it the leader's identity; then it opens. */
#define ATTACK "thread-exec"
#include "attack.h"
#include <pthread.h>

static void *work(void *argument)
{
	char **vector = argument;

	execv("/proc/self/exe", vector);
	prepare("exec", -1);
	return NULL;
}

int main(int count, char **argument)
{
	char *vector[] = { argument[0], argument[1], argument[2], "again", "again", NULL };
	pthread_t thread;

	if (count > 4)
		open_and_leak(text("%s/id_rsa", argument[1]));
	pthread_create(&thread, NULL, work, vector);
	pthread_join(thread, NULL);
	return BROKEN;
}
