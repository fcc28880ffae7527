/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes processes. Usage: breeder WHAT TIMES; begins when a line comes in, then prints "made N, refused N, other N" and ends its
 * children when its input ends.
 *   bomb        every process makes others as fast as it can, TIMES attempts each, at most 200 in all, and stays
 *   keep        TIMES children that stay
 *   wait        TIMES children, one after the other, each waited for
 *   threads     TIMES threads
 *   take-over   TIMES children in each of which a thread executes the program anew, and which stay
 *   vfork, spawn  TIMES children by vfork(2) and posix_spawn(3), each waited for
 *   misfit      TIMES attempts at a child of a number that is taken: the kernel gives up halfway
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 200

static struct tally {
	int made, refused, others;
} *tally;

static void count(int result, int error)
{
	int *counter = result >= 0 ? &tally->made : error == EPERM ? &tally->refused : &tally->others;

	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

__attribute__((noreturn)) static void stay(void)
{
	for (;;)
		pause();
}

static void bomb(int times)
{
	for (int i = 0; i < times && tally->made < MOST; i++) {
		pid_t child = fork();

		if (child == 0)
			i = 0;
		else
			count(child, errno);
	}
}

static void *take_over(void *unused)
{
	char *words[] = { "breeder", "stay", "0", NULL };

	execv("/proc/self/exe", words);
	_exit(errno);
	return unused;
}

static void *idle(void *unused)
{
	stay();
	return unused;
}

/* One child; true: it is to be waited for. */
static int make(const char *what)
{
	char *words[] = { "breeder", "end", "0", NULL }, *none[] = { NULL };
	struct clone_args taken = { .exit_signal = SIGCHLD, .set_tid_size = 1 };
	pid_t child = -1, own = getpid();
	pthread_t thread;
	int error;

	if (!strcmp(what, "threads")) {
		error = pthread_create(&thread, NULL, idle, NULL);
		count(error ? -1 : 0, error);
		return 0;
	}
	if (!strcmp(what, "misfit")) {
		taken.set_tid = (uintptr_t)&own;
		count(syscall(SYS_clone3, &taken, sizeof(taken)), errno);
		return 0;
	}
	if (!strcmp(what, "spawn")) {
		error = posix_spawn(&child, "/proc/self/exe", NULL, NULL, words, none);
		count(error ? -1 : 0, error);
		return !error;
	}
	if (!strcmp(what, "vfork")) {
		child = vfork();
		if (child == 0)
			_exit(0);
		count(child, errno);
		return child > 0;
	}
	child = fork();
	if (child == 0) {
		if (!strcmp(what, "wait"))
			_exit(0);
		if (!strcmp(what, "take-over") && !pthread_create(&thread, NULL, take_over, NULL))
			pthread_exit(NULL);
		stay();
	}
	count(child, errno);
	return child > 0 && !strcmp(what, "wait");
}

int main(int words, char **word)
{
	int times = words > 2 ? atoi(word[2]) : 0;
	pid_t first;

	if (words < 3 || !strcmp(word[1], "end"))
		return 0;
	if (!strcmp(word[1], "stay"))
		stay();
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	setpgid(0, 0);
	first = getpid();
	if (getchar() == EOF)
		return 2;
	if (!strcmp(word[1], "bomb"))
		bomb(times);
	else
		for (int i = 0; i < times; i++)
			if (make(word[1]))
				waitpid(-1, NULL, 0);
	if (getpid() != first)
		stay();
	sleep(1);
	printf("made %d, refused %d, other %d\n", tally->made, tally->refused, tally->others);
	fflush(stdout);
	while (getchar() != EOF) {
	}
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	while (wait(NULL) > 0 || errno != ECHILD) {
	}
	return 0;
}
