/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries out operations for the kernel suite from inside a session: one line in, one errno out. Static, so that its own
 * start opens nothing. Lines: operation TAB path [TAB second path or port].
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif

/* Reported for a child that was killed; no errno is that high. */
#define KILLED 4096

static int opened(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0755);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int executed(const char *path)
{
	int channel[2], failure = 0;
	int status = 0;
	pid_t child;

	if (pipe2(channel, O_CLOEXEC))
		return errno;
	child = fork();
	if (child == 0) {
		execl(path, path, (char *)0);
		failure = errno;
		_exit(write(channel[1], &failure, sizeof(failure)) != sizeof(failure));
	}
	close(channel[1]);
	if (read(channel[0], &failure, sizeof(failure)) != sizeof(failure))
		failure = 0;
	close(channel[0]);
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) ? KILLED : failure;
}

static int connected(const char *address, const char *port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(atoi(port)) };
	int is_v6 = strchr(address, ':') != NULL;
	int fd = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result;

	if (fd < 0)
		return errno;
	inet_pton(AF_INET, address, &v4.sin_addr);
	inet_pton(AF_INET6, address, &v6.sin6_addr);
	result = is_v6 ? connect(fd, (void *)&v6, sizeof(v6)) : connect(fd, (void *)&v4, sizeof(v4));
	result = result ? errno : 0;
	close(fd);
	return result;
}

static int traced(pid_t target)
{
	if (ptrace(PTRACE_SEIZE, target, NULL, NULL))
		return errno;
	ptrace(PTRACE_INTERRUPT, target, NULL, NULL);
	waitpid(target, NULL, __WALL);
	ptrace(PTRACE_DETACH, target, NULL, NULL);
	return 0;
}

/* Any mapped address will do: the question is whether the call is let in. */
static int memory_read(pid_t target)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { (void *)1, 1 };

	if (process_vm_readv(target, &here, 1, &there, 1, 0) < 0 && errno != EFAULT)
		return errno;
	return 0;
}

static int done(int result)
{
	return result ? errno : 0;
}

static int perform(const char *operation, const char *path, const char *other)
{
	if (!strcmp(operation, "read"))
		return opened(path, O_RDONLY);
	if (!strcmp(operation, "write"))
		return opened(path, O_WRONLY);
	if (!strcmp(operation, "read-write"))
		return opened(path, O_RDWR);
	if (!strcmp(operation, "truncating-open"))
		return opened(path, O_RDONLY | O_TRUNC);
	if (!strcmp(operation, "create"))
		return opened(path, O_WRONLY | O_CREAT | O_EXCL);
	if (!strcmp(operation, "mkdir"))
		return done(mkdir(path, 0755));
	if (!strcmp(operation, "mknod"))
		return done(mkfifo(path, 0644));
	if (!strcmp(operation, "symlink"))
		return done(symlink("nowhere", path));
	if (!strcmp(operation, "link"))
		return done(link(path, other));
	if (!strcmp(operation, "unlink"))
		return done(unlink(path));
	if (!strcmp(operation, "rmdir"))
		return done(rmdir(path));
	if (!strcmp(operation, "rename") || !strcmp(operation, "rename-directory"))
		return done(rename(path, other));
	if (!strcmp(operation, "exchange"))
		return done(syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE));
	if (!strcmp(operation, "truncate"))
		return done(truncate(path, 0));
	if (!strcmp(operation, "chmod"))
		return done(chmod(path, 0700));
	if (!strcmp(operation, "chown"))
		return done(chown(path, 0, 0));
	if (!strcmp(operation, "exec"))
		return executed(path);
	if (!strcmp(operation, "trace"))
		return traced(atoi(path));
	if (!strcmp(operation, "read-memory"))
		return memory_read(atoi(path));
	if (!strcmp(operation, "connect"))
		return connected(path, other);
	return ENOSYS;
}

/* A pipe at known numbers, to be opened a second time through /proc. */
static void place_pipe(void)
{
	int ends[2];

	if (pipe(ends) || dup2(ends[0], 10) < 0 || dup2(ends[1], 11) < 0)
		exit(2);
}

int main(void)
{
	static char line[65536];

	place_pipe();

	while (fgets(line, sizeof(line), stdin)) {
		char *rest = line;
		char *operation = strsep(&rest, "\t\n");
		char *path = strsep(&rest, "\t\n");
		char *other = strsep(&rest, "\t\n");

		printf("%d\n", perform(operation, path, other));
		fflush(stdout);
	}
	return 0;
}
