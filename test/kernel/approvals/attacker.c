/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attacker DEED WORDS ...: what an agent could try so as to answer its own questions. Prints "did DEED" when it had its way, else
 * "errno N" of the first call that failed. Deeds: signal NUMBER PID, trace PID, remove FOLDER (with everything in it), unmount
 * FOLDER, unmount-apart FOLDER (from a mount namespace whose mounts are still the host's peers), programs (lists loaded BPF
 * programs by bpf(2)), limit PID (of processor time), nice PID, inject TEXT (types it into the own terminal's input).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int failure;

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *walk)
{
	(void)facts;
	(void)kind;
	if (walk->level > 0 && remove(path))
		failure = errno;
	return 0;
}

static int removed(const char *folder)
{
	if (nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS))
		return errno;
	return failure;
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

/* To what it has anyway: the deed counts, the control must not end the guard. */
static int limited(pid_t target)
{
	struct rlimit limit;

	if (prlimit(target, RLIMIT_CPU, NULL, &limit))
		return errno;
	return prlimit(target, RLIMIT_CPU, &limit, NULL) ? errno : 0;
}

static int injected(const char *text)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (terminal < 0)
		return errno;
	for (; *text; text++)
		if (ioctl(terminal, TIOCSTI, text))
			return errno;
	return 0;
}

static int listed(void)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	return syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, &attributes, sizeof(attributes)) ? errno : 0;
}

int main(int count, char **words)
{
	const char *deed = count > 1 ? words[1] : "";
	int error = ENOSYS;

	if (!strcmp(deed, "signal") && count > 3)
		error = kill(atoi(words[3]), atoi(words[2])) ? errno : 0;
	else if (!strcmp(deed, "trace") && count > 2)
		error = traced(atoi(words[2]));
	else if (!strcmp(deed, "remove") && count > 2)
		error = removed(words[2]);
	else if (!strcmp(deed, "unmount") && count > 2)
		error = umount2(words[2], MNT_DETACH) ? errno : 0;
	else if (!strcmp(deed, "unmount-apart") && count > 2)
		error = unshare(CLONE_NEWNS) || umount2(words[2], MNT_DETACH) ? errno : 0;
	else if (!strcmp(deed, "limit") && count > 2)
		error = limited(atoi(words[2]));
	else if (!strcmp(deed, "nice") && count > 2)
		error = setpriority(PRIO_PROCESS, atoi(words[2]), 1) ? errno : 0;
	else if (!strcmp(deed, "programs"))
		error = listed();
	else if (!strcmp(deed, "inject") && count > 2)
		error = injected(words[2]);
	if (error)
		printf("errno %d\n", error);
	else
		printf("did %s\n", deed);
	return error ? 1 : 0;
}
