/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gets at another process of the same user. Usage: intruder WAY PID BUFFER   BUFFER: where that process keeps what it has read.
 * Prints WAY=ERRNO, 0 where it worked; a way of reading has worked when it has shown the secret.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARKER "ringfence-fake-secret"
#define MOST_DESCRIPTORS 16

static char seen[4096];

static int shows(ssize_t length)
{
	if (length <= 0)
		return 0;
	seen[length] = 0;
	return memmem(seen, length, MARKER, strlen(MARKER)) != NULL;
}

static int attach(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0)
		return -1;
	waitpid(pid, &status, 0);
	return ptrace(PTRACE_DETACH, pid, 0, 0);
}

static int by_memory_file(pid_t pid, void *buffer, int flags)
{
	char path[64];
	int file;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	file = open(path, flags);
	if (file < 0)
		return -1;
	if (flags == O_RDONLY)
		return shows(pread(file, seen, sizeof(seen) - 1, (off_t)buffer)) ? 0 : -1;
	return pwrite(file, "x", 1, (off_t)buffer) == 1 ? 0 : -1;
}

static int by_vector(pid_t pid, void *buffer, int writes)
{
	struct iovec own = { seen, writes ? 1 : sizeof(seen) - 1 }, other = { buffer, writes ? 1 : sizeof(seen) - 1 };

	if (writes)
		return process_vm_writev(pid, &own, 1, &other, 1, 0) == 1 ? 0 : -1;
	return shows(process_vm_readv(pid, &own, 1, &other, 1, 0)) ? 0 : -1;
}

/* Each of its descriptors: taken, or opened again by its name in /proc. */
static int by_descriptor(pid_t pid, int takes)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0), refusal = EBADF;
	char path[64];

	for (int number = 3; number < MOST_DESCRIPTORS; number++) {
		int file;

		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, number);
		file = takes ? syscall(SYS_pidfd_getfd, pidfd, number, 0) : open(path, O_RDONLY);
		if (file < 0 && errno != EBADF && errno != ENOENT)
			refusal = errno;
		if (file >= 0 && shows(pread(file, seen, sizeof(seen) - 1, 0)))
			return 0;
	}
	errno = refusal;
	return -1;
}

static int intrude(const char *way, pid_t pid, void *buffer)
{
	if (!strcmp(way, "attach"))
		return attach(pid);
	if (!strcmp(way, "seize"))
		return ptrace(PTRACE_SEIZE, pid, 0, 0);
	if (!strcmp(way, "write-memory-file"))
		return by_memory_file(pid, buffer, O_RDWR);
	if (!strcmp(way, "write-memory"))
		return by_vector(pid, buffer, 1);
	if (!strcmp(way, "read-memory-file"))
		return by_memory_file(pid, buffer, O_RDONLY);
	if (!strcmp(way, "read-memory"))
		return by_vector(pid, buffer, 0);
	if (!strcmp(way, "take-descriptor"))
		return by_descriptor(pid, 1);
	if (!strcmp(way, "open-descriptor"))
		return by_descriptor(pid, 0);
	errno = ENOSYS;
	return -1;
}

int main(int count, char **argument)
{
	int outcome;

	if (count != 4)
		return 1;
	errno = 0;
	outcome = intrude(argument[1], atoi(argument[2]), (void *)strtoul(argument[3], NULL, 16));
	printf("%s=%d\n", argument[1], outcome < 0 ? (errno ? errno : -1) : 0);
	return 0;
}
