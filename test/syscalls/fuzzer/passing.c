/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors that go from one process to another. */
#include "fuzzer.h"
#include "calls.h"
#include "passing.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#define KEPT 6

static long send_fd(int socket, int fd, int flags)
{
	char byte = 'f', control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(int));
	return syscall(SYS_sendmsg, socket, &message, flags | MSG_NOSIGNAL);
}

static long receive_fd(int socket, int *fd, int flags)
{
	char byte, control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *header;
	long result = syscall(SYS_recvmsg, socket, &message, flags);

	*fd = -1;
	header = result >= 0 ? CMSG_FIRSTHDR(&message) : NULL;
	if (header && header->cmsg_type == SCM_RIGHTS && header->cmsg_len >= CMSG_LEN(sizeof(int)))
		memcpy(fd, CMSG_DATA(header), sizeof(int));
	return result;
}

/* For each that comes, the one before the last few goes back. */
__attribute__((noreturn)) static void serve(int socket)
{
	int kept[KEPT] = { -1, -1, -1, -1, -1, -1 }, fd;

	for (unsigned at = 0;; at = (at + 1) % KEPT) {
		if (receive_fd(socket, &fd, 0) <= 0)
			_exit(0);
		if (kept[at] >= 0) {
			send_fd(socket, kept[at], MSG_DONTWAIT);
			close(kept[at]);
		}
		kept[at] = fd;
	}
}

void start_keeper(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends))
		_exit(2);
	state.keeper_pid = fork();
	if (state.keeper_pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		serve(ends[1]);
	}
	close(ends[1]);
	state.keeper = ends[0];
}

static void do_pass(struct thread *thread)
{
	ended(thread, send_fd(state.keeper, some_fd(thread, ANY_KIND), MSG_DONTWAIT));
}

static void do_take(struct thread *thread)
{
	int fd;

	ended(thread, receive_fd(state.keeper, &fd, MSG_DONTWAIT));
	keep(thread, fd, once_in(&thread->dice, 2) ? FILE_FD : DIRECTORY);
}

static void do_pass_around(struct thread *thread)
{
	int ends[2], fd;

	if (QUIET(socketpair, AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends))
		return;
	if (ended(thread, send_fd(ends[0], some_fd(thread, ANY_KIND), 0)) >= 0) {
		receive_fd(ends[1], &fd, MSG_DONTWAIT);
		keep(thread, fd, FILE_FD);
	}
	/* now and then with something still on its way */
	send_fd(ends[1], ends[0], 0);
	close(ends[0]);
	close(ends[1]);
}

static void do_pidfd_open(struct thread *thread)
{
	int pid = once_in(&thread->dice, 3) ? getppid() : state.keeper_pid;

	keep(thread, CALL(thread, pidfd_open, pid, 0), PROCESS);
}

static void do_pidfd_getfd(struct thread *thread)
{
	int fd = some_fd(thread, PROCESS), theirs = 3 + pick(&thread->dice, 12);

	keep(thread, CALL(thread, pidfd_getfd, fd, theirs, 0), once_in(&thread->dice, 2) ? FILE_FD : DIRECTORY);
}

static void do_dup3(struct thread *thread)
{
	int from = some_fd(thread, ANY_KIND), to = some_fd(thread, ANY_KIND);

	if (to > 2 && to != state.keeper)
		CALL(thread, dup3, from, to, once_in(&thread->dice, 2) ? O_CLOEXEC : 0);
}

static void do_fcntl(struct thread *thread)
{
	static const int COMMANDS[] = { F_DUPFD, F_DUPFD_CLOEXEC, F_GETFL, F_GETFD };
	int fd = some_fd(thread, ANY_KIND), command = PICK(&thread->dice, COMMANDS);
	long result = CALL(thread, fcntl, fd, command, 3);

	if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
		keep(thread, result, FILE_FD);
}

static void do_execveat(struct thread *thread)
{
	char path[PATH_BYTES], *words[] = { "fuzzer", NULL }, *none[] = { NULL };

	if (thread->depth)
		return;
	path_to(thread, ANYWHERE, path);
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		CALL(thread, execveat, AT_FDCWD, path, words, none, 0);
		_exit(0);
	}
}

const struct call PASSING_CALLS[] = {
	{ "sendmsg with SCM_RIGHTS", 4, do_pass },
	{ "recvmsg with SCM_RIGHTS", 4, do_take },
	{ "SCM_RIGHTS by datagram", 3, do_pass_around },
	{ "pidfd_open", 2, do_pidfd_open },
	{ "pidfd_getfd", 4, do_pidfd_getfd },
	{ "dup3", 2, do_dup3 },
	{ "fcntl", 2, do_fcntl },
	{ "execveat", 1, do_execveat },
	{ NULL, 0, NULL },
};
