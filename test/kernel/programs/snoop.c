/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks into another process of the same user, by every way there is. Usage: snoop NAME SECONDS
 * Waits until a process of that name runs; prints WAY=errno for each way, 0 where it worked.
 */
#define _GNU_SOURCE
#include <dirent.h>
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

static pid_t find(const char *name)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	while (!found && processes && (entry = readdir(processes))) {
		char path[300], comm[64] = "";
		int fd;

		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || (fd = open(path, O_RDONLY)) < 0)
			continue;
		if (read(fd, comm, sizeof(comm) - 1) > 0 && !strcspn(comm, name) && !strncmp(comm, name, strlen(name)) &&
		    comm[strlen(name)] == '\n')
			found = atoi(entry->d_name);
		close(fd);
	}
	closedir(processes);
	return found;
}

static void say(const char *way, long result)
{
	printf("%s=%d ", way, result < 0 ? errno : 0);
	fflush(stdout);
}

static void say_open(const char *way, pid_t pid, const char *name)
{
	char path[64], byte;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY);
	/* some files are opened by anybody, and judged when they are read */
	if (fd < 0 || strcmp(name, "mem") == 0) {
		say(way, fd);
	} else {
		say(way, read(fd, &byte, 1));
	}
	if (fd >= 0)
		close(fd);
}

int main(int count, char **argument)
{
	char memory[64];
	struct iovec own = { memory, sizeof(memory) }, other = { (void *)0x1000, sizeof(memory) };
	int pidfd;
	long rest = count == 3 ? atol(argument[2]) * 10 : 0;
	pid_t pid;

	while (!(pid = find(argument[1])) && rest-- > 0)
		usleep(100000);
	if (!pid) {
		puts("none");
		return 1;
	}
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	say("getfd", syscall(SYS_pidfd_getfd, pidfd, 0, 0));
	say("readv", process_vm_readv(pid, &own, 1, &other, 1, 0));
	say("writev", process_vm_writev(pid, &own, 1, &other, 1, 0));
	say_open("mem", pid, "mem");
	say_open("environ", pid, "environ");
	say_open("maps", pid, "maps");
	say_open("auxv", pid, "auxv");
	snprintf(memory, sizeof(memory), "/proc/%d/fd/0", pid);
	say("fd", open(memory, O_RDONLY | O_NONBLOCK));
	if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0) {
		say("ptrace", -1);
	} else {
		say("ptrace", 0);
		ptrace(PTRACE_DETACH, pid, 0, 0);
	}
	puts("");
	return 0;
}
