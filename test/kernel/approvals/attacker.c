/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attacker DEED WORDS ...: what an agent could try so as to answer its own questions. Prints "did DEED" when it had its way, else
 * "errno N" of the first call that failed. Deeds: signal NUMBER PID, trace PID, remove FOLDER (with everything in it), unmount
 * FOLDER, unmount-apart FOLDER (from a mount namespace whose mounts are still the host's peers), programs (lists loaded BPF
 * programs by bpf(2)), limit PID (of processor time), nice PID, inject TEXT (types it into the own terminal's input), memory PID
 * (writes into it), descriptor PID (takes one), enter PID (its namespaces), affinity PID, idle PID (its scheduling), bpf NUMBER (of
 * a command), edit FILE (opens it for writing), write FILE TEXT, put FOLDER (a new file), mode FILE (sets the one it has).
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
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
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

/* To where nothing is: whoever may write is told that. */
static int poked(pid_t target)
{
	struct iovec from = { "x", 1 }, to = { (void *)8, 1 };

	return process_vm_writev(target, &from, 1, &to, 1, 0) < 0 && errno != EFAULT ? errno : 0;
}

static int taken(pid_t target)
{
	int process = syscall(SYS_pidfd_open, target, 0);

	return process < 0 || syscall(SYS_pidfd_getfd, process, 0, 0) < 0 ? errno : 0;
}

static int entered(pid_t target)
{
	int process = syscall(SYS_pidfd_open, target, 0);

	return process < 0 || setns(process, CLONE_NEWNET) ? errno : 0;
}

static int bound(pid_t target)
{
	cpu_set_t processors;

	return sched_getaffinity(target, sizeof(processors), &processors) ||
		       sched_setaffinity(target, sizeof(processors), &processors) ? errno : 0;
}

static int scheduled(pid_t target)
{
	struct sched_param none = { 0 };

	return sched_setscheduler(target, SCHED_OTHER, &none) ? errno : 0;
}

static int commanded(int command)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	return syscall(SYS_bpf, command, &attributes, sizeof(attributes)) < 0 && errno == EPERM ? errno : 0;
}

static int written(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file < 0)
		return errno;
	return *text && write(file, text, strlen(text)) < 0 ? errno : 0;
}

static int put(const char *folder)
{
	char path[4096];
	int file;

	snprintf(path, sizeof(path), "%s/planted", folder);
	file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return errno;
	unlink(path);
	return 0;
}

static int mode_set(const char *path)
{
	struct stat facts;

	return stat(path, &facts) || chmod(path, facts.st_mode & 07777) ? errno : 0;
}

static const struct {
	const char *name;
	int (*deed)(pid_t);
} ON_PROCESSES[] = {
	{ "memory", poked }, { "descriptor", taken }, { "enter", entered }, { "affinity", bound }, { "idle", scheduled },
	{ "bpf", commanded },
};

static const struct {
	const char *name;
	int (*deed)(const char *);
} ON_FILES[] = { { "put", put }, { "mode", mode_set } };

static int further(const char *deed, const char *target, const char *text)
{
	for (unsigned int i = 0; i < sizeof(ON_PROCESSES) / sizeof(*ON_PROCESSES); i++)
		if (!strcmp(deed, ON_PROCESSES[i].name))
			return ON_PROCESSES[i].deed(atoi(target));
	for (unsigned int i = 0; i < sizeof(ON_FILES) / sizeof(*ON_FILES); i++)
		if (!strcmp(deed, ON_FILES[i].name))
			return ON_FILES[i].deed(target);
	return !strcmp(deed, "edit") ? written(target, "") : !strcmp(deed, "write") ? written(target, text) : ENOSYS;
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
	else if (count > 2)
		error = further(deed, words[2], count > 3 ? words[3] : "");
	if (error)
		printf("errno %d\n", error);
	else
		printf("did %s\n", deed);
	return error ? 1 : 0;
}
