/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What root inside a session might try on the guard and on the person's terminal. One line in, one errno out: deed TAB what it is done to.
 * `victim` instead is whom it is done to: it keeps SIGURG waiting, so that one that arrived shows.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_BEST_EFFORT (2 << 13 | 4)
/* ioctl(2) by the numbers of 32-bit programs. */
#define IOCTL_32 54

static int outcome(long result)
{
	return result < 0 ? errno : 0;
}

static int signalled(const char *pid)
{
	return outcome(kill(atoi(pid), SIGURG));
}

static int limited(const char *pid)
{
	struct rlimit limit = { 1024, 4096 };

	return outcome(prlimit(atoi(pid), RLIMIT_CORE, &limit, NULL));
}

static int rescheduled(const char *pid)
{
	struct sched_param nothing = {};

	return outcome(sched_setscheduler(atoi(pid), SCHED_BATCH, &nothing));
}

static int made_nice(const char *pid)
{
	return outcome(setpriority(PRIO_PROCESS, atoi(pid), 10));
}

static int made_idle(const char *pid)
{
	return outcome(syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, atoi(pid), IOPRIO_BEST_EFFORT));
}

/* The kernel sends it, when something comes over a socket whose owner the victim was made. */
static int signalled_by_file(const char *pid)
{
	int ends[2], error;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return errno;
	error = outcome(fcntl(ends[0], F_SETSIG, SIGURG)) ?: outcome(fcntl(ends[0], F_SETOWN, atoi(pid))) ?:
		outcome(fcntl(ends[0], F_SETFL, O_ASYNC)) ?: outcome(write(ends[1], "x", 1));
	close(ends[0]);
	close(ends[1]);
	return error;
}

static int map_made(const char *unused)
{
	union bpf_attr attributes;
	int fd;

	(void)unused;
	memset(&attributes, 0, sizeof(attributes));
	attributes.map_type = BPF_MAP_TYPE_ARRAY;
	attributes.key_size = 4;
	attributes.value_size = 8;
	attributes.max_entries = 1;
	fd = syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes));
	if (fd >= 0)
		close(fd);
	return outcome(fd);
}

static int unmounted(const char *place)
{
	return outcome(umount2(place, MNT_DETACH));
}

/* The controlling one of the caller: nobody needs a right to type there. */
static int terminal(void)
{
	char name[64];
	int number, unlocked = 0, leader = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);

	setsid();
	if (leader < 0 || ioctl(leader, TIOCSPTLCK, &unlocked) || ioctl(leader, TIOCGPTN, &number))
		return -1;
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	return open(name, O_RDWR | O_CLOEXEC);
}

static int by_64_bits(int fd)
{
	return outcome(ioctl(fd, TIOCSTI, "x"));
}

/* As a 32-bit program types: its pointers have to lie where those can reach. */
static int by_32_bits(int fd)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(IOCTL_32), "b"(fd), "c"(TIOCSTI), "d"("x") : "memory", "r8", "r9", "r10", "r11");
	return result < 0 ? -result : 0;
}

/* In a process of its own, which is not a leader of its group yet. */
static int typed_in_own_terminal(int (*type)(int fd))
{
	pid_t child = fork();
	int status;

	if (child < 0)
		return errno;
	if (child == 0) {
		int fd = terminal();

		_exit(fd < 0 ? errno : type(fd));
	}
	if (waitpid(child, &status, 0) < 0)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
}

static int typed(const char *unused)
{
	(void)unused;
	return typed_in_own_terminal(by_64_bits);
}

static int typed_by_32_bits(const char *unused)
{
	(void)unused;
	return typed_in_own_terminal(by_32_bits);
}

static int raw_socket(const char *unused)
{
	int fd = socket(AF_INET, SOCK_RAW, 1);

	(void)unused;
	if (fd >= 0)
		close(fd);
	return outcome(fd);
}

static int attributed(const char *path)
{
	return outcome(setxattr(path, "trusted.tamper", "x", 1, 0));
}

static const struct {
	const char *name;
	int (*perform)(const char *subject);
} deeds[] = {
	{ "signal", signalled }, { "prlimit", limited }, { "scheduler", rescheduled }, { "nice", made_nice },
	{ "io-priority", made_idle }, { "signal-by-file", signalled_by_file }, { "bpf", map_made }, { "umount", unmounted },
	{ "type", typed }, { "type-by-32-bits", typed_by_32_bits }, { "attribute", attributed },
	{ "raw-socket", raw_socket },
};

static int perform(const char *name, const char *subject)
{
	for (unsigned int i = 0; i < sizeof(deeds) / sizeof(*deeds); i++)
		if (!strcmp(deeds[i].name, name))
			return deeds[i].perform(subject);
	return ENOSYS;
}

static int suffer(void)
{
	sigset_t urgent;

	sigemptyset(&urgent);
	sigaddset(&urgent, SIGURG);
	sigprocmask(SIG_BLOCK, &urgent, NULL);
	puts("ready");
	fflush(stdout);
	return getchar() == EOF ? 0 : 1;
}

int main(int count, char **argument)
{
	static char line[65536];

	if (count == 2 && !strcmp(argument[1], "victim"))
		return suffer();
	while (fgets(line, sizeof(line), stdin)) {
		char *rest = line, *deed = strsep(&rest, "\t\n"), *subject = strsep(&rest, "\t\n");

		printf("%d\n", perform(deed, subject ? subject : ""));
		fflush(stdout);
	}
	return 0;
}
