/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scheduled PLACE: what a Go program looks like to the kernel. Threads are cloned by hand, on stacks of their own, with a signal
 * stack each; one thread keeps preempting all others by SIGURG; calls are made bare. Each thread opens, creates, executes and
 * connects; JSON out: how often what was approved went through, what was denied did not, and anything else.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define THREADS 8
#define ROUNDS 4
#define STACK_BYTES (256 * 1024)
#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_SYSVSEM | CLONE_THREAD | \
		      CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID)

static const char *place;
static int tids[THREADS];
static atomic_int running = THREADS, went_through, refused, strange, preempted;

static void on_preempt(int number)
{
	(void)number;
	preempted++;
}

/* Bare: the threads share one errno, as none has thread-local storage of its own. */
static long call(long number, long first, long second, long third, long fourth)
{
	register long r10 __asm__("r10") = fourth;
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(first), "S"(second), "d"(third), "r"(r10)
			 : "rcx", "r11", "memory");
	return result;
}

static void note(long result, int is_allowed)
{
	if (result >= 0 && is_allowed)
		went_through++;
	else if (result == -EPERM && !is_allowed)
		refused++;
	else {
		strange++;
		fprintf(stderr, "result %ld, %s\n", result, is_allowed ? "approved" : "denied");
	}
}

static void open_one(int is_allowed, int number)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s-%d", place, is_allowed ? "allow" : "deny", number % 5 + 1);
	fd = call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0);
	note(fd, is_allowed);
	if (fd >= 0)
		call(SYS_close, fd, 0, 0, 0);
}

static void create_one(int is_allowed, int thread, int round)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s-new-%d-%d", place, is_allowed ? "allow" : "deny", thread, round);
	fd = call(SYS_openat, AT_FDCWD, (long)path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	note(fd, is_allowed);
	if (fd >= 0)
		call(SYS_close, fd, 0, 0, 0);
}

/* The failure of the child to execute comes back by a pipe. */
static void run_one(int is_allowed)
{
	char path[256];
	int channel[2];
	long child, failure = 0;

	snprintf(path, sizeof(path), "%s/%s-program", place, is_allowed ? "allow" : "deny");
	if (call(SYS_pipe2, (long)channel, O_CLOEXEC, 0, 0))
		exit(3);
	child = call(SYS_clone, SIGCHLD, 0, 0, 0);
	if (child == 0) {
		char *words[] = { path, NULL }, *none[] = { NULL };

		failure = call(SYS_execve, (long)path, (long)words, (long)none, 0);
		call(SYS_write, channel[1], (long)&failure, sizeof(failure), 0);
		call(SYS_exit_group, 0, 0, 0, 0);
	}
	call(SYS_close, channel[1], 0, 0, 0);
	while (call(SYS_read, channel[0], (long)&failure, sizeof(failure), 0) == -EINTR)
		;
	call(SYS_close, channel[0], 0, 0, 0);
	while (call(SYS_wait4, child, 0, 0, 0) == -EINTR)
		;
	note(failure, is_allowed);
}

static void connect_one(int is_allowed)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(is_allowed ? 7001 : 7002) };
	long fd = call(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, 0);
	long result;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	result = call(SYS_connect, fd, (long)&address, sizeof(address), 0);
	note(result == -EINPROGRESS ? 0 : result, is_allowed);
	call(SYS_close, fd, 0, 0, 0);
}

static int thread(void *number)
{
	int own = (int)(long)number;
	stack_t stack = { .ss_sp = malloc(STACK_BYTES), .ss_size = STACK_BYTES };

	sigaltstack(&stack, NULL);
	for (int round = 0; round < ROUNDS; round++) {
		int is_allowed = (own + round) % 2;

		open_one(is_allowed, own + round);
		create_one(is_allowed, own, round);
		if (own % 4 == 0)
			run_one(is_allowed);
		connect_one(is_allowed);
	}
	running--;
	/* never returns: the stack is nobody's to free */
	call(SYS_exit, 0, 0, 0, 0);
	return 0;
}

int main(int count, char **words)
{
	struct sigaction action = { .sa_handler = on_preempt, .sa_flags = SA_RESTART | SA_ONSTACK };
	struct timespec slice = { .tv_nsec = 2000000 };

	if (count < 2)
		return 2;
	place = words[1];
	sigaction(SIGURG, &action, NULL);
	for (long i = 0; i < THREADS; i++) {
		char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (stack == MAP_FAILED || clone(thread, stack + STACK_BYTES, THREAD_FLAGS, (void *)i, &tids[i], NULL, &tids[i]) < 0)
			return 3;
	}
	while (running > 0) {
		for (int i = 0; i < THREADS; i++)
			if (tids[i])
				syscall(SYS_tgkill, getpid(), tids[i], SIGURG);
		nanosleep(&slice, NULL);
	}
	printf("{\"approved\":%d,\"denied\":%d,\"strange\":%d,\"preempted\":%s}\n", went_through, refused, strange,
	       preempted > 10 ? "true" : "false");
	return 0;
}
