/* SPDX-License-Identifier: Apache-2.0 */
/* Fills the machine with processes, half of which are counted anew: a thread of theirs executes the program again. */
#define ATTACK "fork-bomb"
#include "attack.h"
#include <pthread.h>
#include <sys/prctl.h>

#define PROCESSES 100

static pid_t bomber;

static void *execute(void *program)
{
	char *words[] = { program, text("%d", bomber), NULL };

	execv("/proc/self/exe", words);
	return NULL;
}

/* Ends with the program that made it. */
__attribute__((noreturn)) static void wait_for_the_end(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != bomber)
		_exit(0);
	for (;;)
		pause();
}

int main(int count, char **argument)
{
	pthread_t thread;

	bomber = count == 2 ? atoi(argument[1]) : getpid();
	if (count == 2)
		wait_for_the_end();
	for (int i = 0; i < PROCESSES; i++) {
		pid_t child = intended("fork", fork());

		if (child)
			continue;
		if (i % 2 || pthread_create(&thread, NULL, execute, argument[0]))
			wait_for_the_end();
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pthread_exit(NULL);
	}
	succeed("fork");
}
