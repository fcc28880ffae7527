/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes children in every way there is. Each tries to read the file that is named and reports whether it could, so that a
 * child without a label shows. Usage: family FILE ROUNDS; prints "children N, opened M".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
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

static const char *secret;
static volatile int *tried, *opened;

static void attempt(void)
{
	int fd = open(secret, O_RDONLY);

	__sync_fetch_and_add(tried, 1);
	if (fd >= 0) {
		__sync_fetch_and_add(opened, 1);
		close(fd);
	}
}

static void *in_thread(void *unused)
{
	(void)unused;
	attempt();
	return NULL;
}

static void wait_for(pid_t child)
{
	if (child > 0)
		waitpid(child, NULL, __WALL);
}

static void by_fork(void)
{
	pid_t child = fork();

	if (!child) {
		attempt();
		_exit(0);
	}
	wait_for(child);
}

static void by_vfork(void)
{
	pid_t child = vfork();

	if (!child) {
		attempt();
		_exit(0);
	}
	wait_for(child);
}

static void by_double_fork(void)
{
	pid_t child = fork();

	if (!child) {
		setsid();
		if (!fork())
			attempt();
		_exit(0);
	}
	wait_for(child);
}

static void by_clone3(uint64_t flags)
{
	struct clone_args arguments = { .flags = flags, .exit_signal = flags & CLONE_PARENT ? 0 : SIGCHLD };
	pid_t child = syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (!child) {
		attempt();
		_exit(0);
	}
	if (!(flags & CLONE_PARENT))
		wait_for(child);
}

/* A child in a new user and PID namespace, where it is pid 1. */
static void by_namespace(void)
{
	by_clone3(CLONE_NEWUSER | CLONE_NEWPID);
}

static void by_thread(void)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, in_thread, NULL))
		pthread_join(thread, NULL);
}

static void *exec_from_thread(void *program)
{
	execl(program, program, secret, "once", (char *)0);
	return NULL;
}

static void by_exec(const char *program, int from_thread)
{
	int channel[2];
	char answer = 0;
	pid_t child;

	if (pipe(channel))
		return;
	child = fork();
	if (!child) {
		pthread_t thread;

		dup2(channel[1], 1);
		if (!from_thread)
			exec_from_thread((void *)program);
		pthread_create(&thread, NULL, exec_from_thread, (void *)program);
		pthread_join(thread, NULL);
		_exit(0);
	}
	close(channel[1]);
	if (read(channel[0], &answer, 1) == 1) {
		__sync_fetch_and_add(tried, 1);
		if (answer == 'y')
			__sync_fetch_and_add(opened, 1);
	}
	close(channel[0]);
	wait_for(child);
}

static void all_kinds(int rounds, const char *own)
{
	for (int i = 0; i < rounds; i++) {
		by_fork();
		by_vfork();
		by_double_fork();
		by_clone3(0);
		by_clone3(CLONE_PARENT);
		by_clone3(CLONE_VM | CLONE_VFORK);
		by_thread();
		if (i % 8 == 0) {
			by_namespace();
			by_exec(own, 0);
			by_exec(own, 1);
		}
	}
}

int main(int argc, char **argv)
{
	char own[4096];
	pid_t child;
	char go;

	if (argc < 3)
		return 2;
	secret = argv[1];
	if (!strcmp(argv[2], "once")) {
		puts(open(secret, O_RDONLY) >= 0 ? "y" : "n");
		return 0;
	}
	tried = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	opened = tried + 1;
	own[readlink("/proc/self/exe", own, sizeof(own) - 1)] = 0;
	if (read(0, &go, 1) != 1)
		return 2;
	/* those made with CLONE_PARENT become this process's own, and it waits for all */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	child = fork();
	if (!child) {
		all_kinds(atoi(argv[2]), own);
		_exit(0);
	}
	while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)
		;
	printf("children %d, opened %d\n", *tried, *opened);
	return 0;
}
