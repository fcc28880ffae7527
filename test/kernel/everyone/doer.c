/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does what its plan says and prints how each deed ended: whoever runs it is what its file makes of it, so that the same bytes stand in
 * for a program that nobody trusts and for a trusted one. Usage: doer PLAN   PLAN: lines of ID <tab> VERB <tab> PATH [<tab> OTHER]
 * Prints ID=ERRNO for each, 0 where it worked. `run` and `thread` have another program do another plan in between.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS 8
#define MARKER "ringfence-fake-secret\n"

/* What was read last: looked for in the memory of a process that holds it. */
static char held[4096];

static int read_from(const char *path, int keep)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? -1 : read(file, held, sizeof(held));

	if (file >= 0 && !keep)
		close(file);
	return length > 0 ? 0 : -1;
}

static int read_in_child(const char *path)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(read_from(path, 0) < 0 ? errno : 0);
	waitpid(child, &status, 0);
	errno = WEXITSTATUS(status);
	return errno ? -1 : 0;
}

static void *look(void *path)
{
	return (void *)(long)(read_from(path, 0) < 0 ? errno : 0);
}

static int read_in_thread(char *path)
{
	pthread_t thread;
	void *outcome;

	if (pthread_create(&thread, NULL, look, path) || pthread_join(thread, &outcome))
		return -1;
	errno = (int)(long)outcome;
	return errno ? -1 : 0;
}

static int write_to(const char *path, int flags)
{
	int file = open(path, O_WRONLY | O_CLOEXEC | flags, 0700);
	int outcome = file < 0 ? -1 : 0;

	if (file >= 0 && write(file, "#!/bin/true\n" MARKER, 12 + strlen(MARKER)) < 0)
		outcome = -1;
	if (file >= 0)
		close(file);
	return outcome;
}

static int list(const char *path)
{
	DIR *directory = opendir(path);
	int outcome = directory && readdir(directory) ? 0 : -1;

	if (directory)
		closedir(directory);
	return outcome;
}

/* Away and back again, so that an unguarded run leaves all in its place. */
static int move_away(const char *path, const char *other)
{
	int outcome = rename(path, other);

	if (outcome == 0 && rename(other, path) < 0)
		_exit(2);
	return outcome;
}

/* A program, and the errno of its start; its own lines come in between. */
static int start(char *const words[], int traced)
{
	int status, channel[2], failed = 0;
	pid_t child;

	fflush(stdout);
	if (pipe2(channel, O_CLOEXEC) < 0 || (child = fork()) < 0)
		return -1;
	if (child == 0) {
		if (traced)
			ptrace(PTRACE_TRACEME, 0, 0, 0);
		execv(words[0], words);
		failed = errno;
		if (write(channel[1], &failed, sizeof(failed)) < 0)
			_exit(2);
		_exit(0);
	}
	close(channel[1]);
	while (waitpid(child, &status, 0) == child && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, child, 0, 0);
	if (read(channel[0], &failed, sizeof(failed)) != sizeof(failed))
		failed = 0;
	close(channel[0]);
	errno = failed;
	return failed ? -1 : 0;
}

static void *become(void *words)
{
	execv(((char **)words)[0], words);
	_exit(errno);
}

/* The program takes the place of a process of which the caller is not the first thread. */
static int start_from_thread(char *const words[])
{
	pthread_t thread;
	int status;
	pid_t child;

	fflush(stdout);
	if ((child = fork()) == 0) {
		if (pthread_create(&thread, NULL, become, (void *)words))
			_exit(EAGAIN);
		for (;;)
			pause();
	}
	waitpid(child, &status, 0);
	errno = WEXITSTATUS(status);
	return errno ? -1 : 0;
}

/* Stays until a file is there; says before which process it is. */
static int wait_for(const char *path)
{
	printf("pid=%d buffer=%p\n", getpid(), (void *)held);
	fflush(stdout);
	while (access(path, F_OK) < 0)
		usleep(20000);
	return 0;
}

static int act(const char *verb, char *path, char *other, char *third)
{
	char *words[] = { path, other, third, NULL };

	if (!strcmp(verb, "read"))
		return read_from(path, 0);
	if (!strcmp(verb, "hold"))
		return read_from(path, 1);
	if (!strcmp(verb, "append"))
		return write_to(path, O_APPEND);
	if (!strcmp(verb, "create"))
		return write_to(path, O_CREAT | O_EXCL);
	if (!strcmp(verb, "list"))
		return list(path);
	if (!strcmp(verb, "truncate"))
		return truncate(path, 1);
	if (!strcmp(verb, "chmod"))
		return chmod(path, 0700);
	if (!strcmp(verb, "chown"))
		return chown(path, getuid(), getgid());
	if (!strcmp(verb, "unlink"))
		return unlink(path);
	if (!strcmp(verb, "mkdir"))
		return mkdir(path, 0700);
	if (!strcmp(verb, "rmdir"))
		return rmdir(path);
	if (!strcmp(verb, "mknod"))
		return mknod(path, S_IFIFO | 0600, 0);
	if (!strcmp(verb, "mknod-file"))
		return mknod(path, S_IFREG | 0600, 0);
	if (!strcmp(verb, "symlink"))
		return symlink(other, path);
	if (!strcmp(verb, "link"))
		return link(path, other);
	if (!strcmp(verb, "rename"))
		return rename(path, other);
	if (!strcmp(verb, "away"))
		return move_away(path, other);
	if (!strcmp(verb, "exec") || !strcmp(verb, "run"))
		return start(words, 0);
	if (!strcmp(verb, "traced"))
		return start(words, 1);
	if (!strcmp(verb, "thread"))
		return start_from_thread(words);
	if (!strcmp(verb, "forked"))
		return read_in_child(path);
	if (!strcmp(verb, "threaded"))
		return read_in_thread(path);
	if (!strcmp(verb, "wait"))
		return wait_for(path);
	errno = ENOSYS;
	return -1;
}

int main(int count, char **argument)
{
	char *line = NULL, *words[MAX_WORDS];
	size_t size = 0;
	FILE *plan = count > 1 ? fopen(argument[1], "re") : NULL;

	if (!plan) {
		perror(argument[1] ? argument[1] : "usage: doer PLAN");
		return 1;
	}
	while (getline(&line, &size, plan) > 0) {
		char *rest = line;
		int outcome;

		line[strcspn(line, "\n")] = 0;
		memset(words, 0, sizeof(words));
		for (int at = 0; at < MAX_WORDS && rest; at++)
			words[at] = strsep(&rest, "\t");
		if (!words[2])
			continue;
		errno = 0;
		outcome = act(words[1], words[2], words[3], words[4]);
		printf("%s=%d\n", words[0], outcome < 0 ? errno : 0);
	}
	return 0;
}
