/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile CASE PLACE [PROGRAM or MILLISECONDS]: one way to get around, or to upset, a call that is held. In PLACE lie `file` and `second`. It begins when
 * a byte comes in and prints the errno of the call, 0 when it went through; "died" when the caller did not live to tell.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STACK_BYTES 65536

static char file[4096], second[4096], fresh[4096];
static volatile int handler_result = -1;

static int opened(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int created(void)
{
	return opened(fresh, O_WRONLY | O_CREAT | O_EXCL);
}

static void pause_ms(int ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

static int result_of(pid_t child)
{
	int status = 0;

	if (waitpid(child, &status, __WALL) < 0)
		return 1000 + errno;
	return WIFSIGNALED(status) ? 2000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void await_stop(pid_t child)
{
	char path[64], line[256] = "";

	snprintf(path, sizeof(path), "/proc/%d/stat", child);
	for (int i = 0; i < 5000; i++) {
		FILE *stat = fopen(path, "r");

		if (stat && fgets(line, sizeof(line), stat) && strstr(line, ") T ")) {
			fclose(stat);
			return;
		}
		if (stat)
			fclose(stat);
		pause_ms(2);
	}
}

/* Its tracer could eat the stop and change the arguments. */
static int traced(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		_exit(created());
	}
	while (waitpid(child, &status, __WALL) == child && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, child, NULL, NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2000 + WTERMSIG(status);
}

static int seized_while_held(void)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(created());
	await_stop(child);
	if (ptrace(PTRACE_SEIZE, child, NULL, NULL))
		return 1000 + errno;
	ptrace(PTRACE_INTERRUPT, child, NULL, NULL);
	kill(child, SIGCONT);
	while (waitpid(child, &status, __WALL) == child && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, child, NULL, NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2000 + WTERMSIG(status);
}

static int by_ring(unsigned int entry_flags, unsigned int ring_flags)
{
	struct io_uring_params parameters = { .flags = ring_flags, .sq_thread_idle = 1000 };
	int ring = syscall(SYS_io_uring_setup, 4, &parameters);
	size_t bytes = parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned);
	size_t done_bytes = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
	struct io_uring_sqe *entry;
	unsigned int *tail;
	volatile unsigned int *completed;
	char *shared;
	int enter = IORING_ENTER_GETEVENTS | (ring_flags & IORING_SETUP_SQPOLL ? IORING_ENTER_SQ_WAKEUP : 0);

	if (ring < 0)
		return 1000 + errno;
	shared = mmap(NULL, bytes > done_bytes ? bytes : done_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
		      IORING_OFF_SQ_RING);
	entry = mmap(NULL, parameters.sq_entries * sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
		     IORING_OFF_SQES);
	if (shared == MAP_FAILED || entry == MAP_FAILED)
		return 1000 + errno;
	*entry = (struct io_uring_sqe){ .opcode = IORING_OP_OPENAT, .flags = entry_flags, .fd = AT_FDCWD,
					.addr = (unsigned long)fresh, .open_flags = O_WRONLY | O_CREAT | O_EXCL, .len = 0600 };
	tail = (unsigned int *)(shared + parameters.sq_off.tail);
	((unsigned int *)(shared + parameters.sq_off.array))[0] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	completed = (unsigned int *)(shared + parameters.cq_off.tail);
	for (int i = 0; i < 200 && !*completed; i++) {
		syscall(SYS_io_uring_enter, ring, 1, 1, enter, NULL, 0);
		pause_ms(5);
	}
	if (!*completed)
		return 3000;
	return -((struct io_uring_cqe *)(shared + parameters.cq_off.cqes))->res;
}

static int in_namespace(void)
{
	pid_t child;

	if (unshare(CLONE_NEWPID))
		return 1000 + errno;
	child = fork();
	if (child == 0)
		_exit(getpid() == 1 ? created() : 99);
	return result_of(child);
}

static void on_signal(int number)
{
	(void)number;
	handler_result = opened(second, O_RDONLY);
}

static int with_handler(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	int result;

	sigaction(SIGUSR1, &action, NULL);
	result = created();
	return result * 10 + handler_result;
}

static int leave_after_ms;

static void *leave_by_exec(void *program)
{
	pause_ms(leave_after_ms);
	execl(program, program, "nothing", "-", (char *)0);
	return NULL;
}

static void *leave_by_exit(void *unused)
{
	(void)unused;
	pause_ms(leave_after_ms);
	_exit(0);
}

static int left_by(void *(*leave)(void *), char *argument)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, leave, argument))
		return 1000;
	return created();
}

/* The group of the held child loses its last tie to the session. */
static int orphaned(int ignoring)
{
	int channel[2], result = -1;
	pid_t parent;

	if (pipe2(channel, O_CLOEXEC))
		return 1000 + errno;
	parent = fork();
	if (parent == 0) {
		pid_t child = fork();

		if (child == 0) {
			setpgid(0, 0);
			if (ignoring)
				signal(SIGHUP, SIG_IGN);
			result = created();
			_exit(write(channel[1], &result, sizeof(result)) != sizeof(result));
		}
		await_stop(child);
		pause_ms(100);
		_exit(0);
	}
	close(channel[1]);
	if (read(channel[0], &result, sizeof(result)) != sizeof(result))
		return -1;
	return result;
}

/* Below a session leader with a terminal: in a group of its own, as an interactive shell runs its jobs, or in the leader's. */
static int below_terminal(int own_group)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	pid_t leader;

	if (master < 0 || grantpt(master) || unlockpt(master))
		return 1000 + errno;
	leader = fork();
	if (leader == 0) {
		pid_t job;

		setsid();
		if (open(ptsname(master), O_RDWR | O_CLOEXEC) < 0)
			_exit(99);
		job = fork();
		if (job == 0) {
			if (own_group)
				setpgid(0, 0);
			_exit(created());
		}
		_exit(result_of(job));
	}
	return result_of(leader);
}

static char swapped[4096];

static int open_swapped(void *unused)
{
	(void)unused;
	_exit(opened(swapped, O_RDONLY));
}

/* Another process shares the memory and is not stopped: it changes the path while the question is open. */
static int swap_argument(void)
{
	static char stack[STACK_BYTES] __attribute__((aligned(16)));
	pid_t child;

	strcpy(swapped, file);
	child = clone(open_swapped, stack + STACK_BYTES, CLONE_VM | SIGCHLD, NULL);
	if (child < 0)
		return 1000 + errno;
	await_stop(child);
	strcpy(swapped, second);
	return result_of(child);
}

/* The 32-bit entry, whose call numbers mean something else. */
static int by_old_entry(void)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(5L), "b"(fresh), "c"((long)(O_WRONLY | O_CREAT | O_EXCL)), "d"(0600L)
			 : "memory", "r8", "r9", "r10", "r11");
	return result < 0 ? -result : 0;
}

/* PROGRAM belongs to the first user and carries the set-user-ID bit. */
static int as_other_user(const char *program, const char *place)
{
	if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
		return 1000 + errno;
	execl(program, program, "created", place, (char *)0);
	return 1000 + errno;
}

static int attempt(const char *name, const char *place, char *self, const char *more)
{
	leave_after_ms = more ? atoi(more) : 0;
	if (!strcmp(name, "created"))
		return created();
	if (!strcmp(name, "nothing"))
		return 0;
	if (!strcmp(name, "traced"))
		return traced();
	if (!strcmp(name, "seized-while-held"))
		return seized_while_held();
	if (!strcmp(name, "ring-inline"))
		return by_ring(0, 0);
	if (!strcmp(name, "ring-async"))
		return by_ring(IOSQE_ASYNC, 0);
	if (!strcmp(name, "ring-polled"))
		return by_ring(0, IORING_SETUP_SQPOLL);
	if (!strcmp(name, "pid-namespace"))
		return in_namespace();
	if (!strcmp(name, "handler"))
		return with_handler();
	if (!strcmp(name, "thread-exec"))
		return left_by(leave_by_exec, self);
	if (!strcmp(name, "exit-group"))
		return left_by(leave_by_exit, NULL);
	if (!strcmp(name, "orphaned"))
		return orphaned(0);
	if (!strcmp(name, "orphaned-ignoring"))
		return orphaned(1);
	if (!strcmp(name, "job"))
		return below_terminal(1);
	if (!strcmp(name, "same-group"))
		return below_terminal(0);
	if (!strcmp(name, "swap-argument"))
		return swap_argument();
	if (!strcmp(name, "old-entry"))
		return by_old_entry();
	if (!strcmp(name, "setuid"))
		return as_other_user(more, place);
	return 4000;
}

int main(int count, char **words)
{
	char byte;
	int result;

	if (count < 3)
		return 2;
	snprintf(file, sizeof(file), "%s/file", words[2]);
	snprintf(second, sizeof(second), "%s/second", words[2]);
	snprintf(fresh, sizeof(fresh), "%s/new", words[2]);
	if (strcmp(words[1], "nothing") && strcmp(words[1], "created") && read(0, &byte, 1) != 1)
		return 2;
	result = attempt(words[1], words[2], words[0], count > 3 ? words[3] : NULL);
	if (result < 0)
		puts("died");
	else
		printf("%d\n", result);
	return 0;
}
