/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries out operations for the kernel suite from inside a session: one line in, one errno out. Static, so that its own
 * start opens nothing. Lines: operation TAB path [TAB second path, port, or count].
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#define RENAME_NOREPLACE 1
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
	if (child < 0) {
		failure = errno;
		close(channel[0]);
		close(channel[1]);
		return failure;
	}
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

static int connected_stream(const char *port, int flags)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
	int error = 0;
	socklen_t length = sizeof(error);

	if (fd < 0)
		return errno;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (void *)&address, sizeof(address))) {
		struct pollfd ready = { .fd = fd, .events = POLLOUT };

		error = errno;
		if (flags && error == EINPROGRESS) {
			poll(&ready, 1, 5000);
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
		}
	}
	close(fd);
	return error;
}

/* One datagram, or two of which the second goes to another port. Reported: errno, or 0 when all went out. */
static int sent(const char *port, const char *first_port)
{
	struct sockaddr_in guarded = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) }, free = guarded;
	struct iovec text = { "x", 1 };
	struct mmsghdr messages[2] = {};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int count, result = 0;

	if (fd < 0)
		return errno;
	guarded.sin_addr.s_addr = free.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!*first_port) {
		if (sendto(fd, "x", 1, 0, (void *)&guarded, sizeof(guarded)) != 1)
			result = errno;
		close(fd);
		return result;
	}
	free.sin_port = htons(atoi(first_port));
	for (int i = 0; i < 2; i++) {
		messages[i].msg_hdr.msg_iov = &text;
		messages[i].msg_hdr.msg_iovlen = 1;
		messages[i].msg_hdr.msg_name = i ? &guarded : &free;
		messages[i].msg_hdr.msg_namelen = sizeof(guarded);
	}
	count = sendmmsg(fd, messages, 2, 0);
	/* what was sent before the held one is told first; the rest is the caller's to send again */
	if (count == 1)
		count = sendmmsg(fd, messages + 1, 1, 0) == 1 ? 2 : -1;
	result = count == 2 ? 0 : errno;
	close(fd);
	return result;
}

/* An address to bind to: "127.0.0.1", "::", or "unspecified", which is 0.0.0.0 with AF_UNSPEC for its family. */
static socklen_t address_of(const char *address, const char *port, struct sockaddr_storage *result)
{
	struct sockaddr_in *v4 = (void *)result;
	struct sockaddr_in6 *v6 = (void *)result;

	memset(result, 0, sizeof(*result));
	if (strchr(address, ':')) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(atoi(port));
		inet_pton(AF_INET6, address, &v6->sin6_addr);
		return sizeof(*v6);
	}
	v4->sin_family = strcmp(address, "unspecified") ? AF_INET : AF_UNSPEC;
	v4->sin_port = htons(atoi(port));
	inet_pton(AF_INET, address, &v4->sin_addr);
	return sizeof(*v4);
}

static int socket_for(const struct sockaddr_storage *address, int type)
{
	int family = address->ss_family == AF_INET6 ? AF_INET6 : AF_INET, yes = 1;
	int fd = socket(family, type | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	return fd;
}

static int bound(const char *name, const char *port, int type)
{
	struct sockaddr_storage address;
	socklen_t length = address_of(name, port, &address);
	int fd = socket_for(&address, type);
	int result = bind(fd, (void *)&address, length) ? errno : 0;

	close(fd);
	return result;
}

/* Told apart: what bind says, and 1000 more than what listen says. */
static int listening(const char *name, const char *port)
{
	struct sockaddr_storage address;
	socklen_t length = address_of(name, port, &address);
	int fd = socket_for(&address, SOCK_STREAM);
	int result = bind(fd, (void *)&address, length) ? errno : 0;

	if (!result && listen(fd, 1))
		result = 1000 + errno;
	close(fd);
	return result;
}

/* The kernel chooses the port. */
static int listening_unbound(const char *family)
{
	int fd = socket(atoi(family) == 6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int result = listen(fd, 1) ? errno : 0;

	close(fd);
	return result;
}

static int local_socket(const char *kind, const char *path, struct sockaddr_un *address)
{
	int type = !strcmp(kind, "stream") ? SOCK_STREAM : !strcmp(kind, "sequence") ? SOCK_SEQPACKET : SOCK_DGRAM;

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, path, strnlen(path, sizeof(address->sun_path) - (path[0] == '@' ? 0 : 1)));
	if (path[0] == '@')
		address->sun_path[0] = '\0';
	return socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
}

/* An abstract name ends where its address does, a path at its NUL. */
static socklen_t local_length(const char *path)
{
	return path[0] == '@' ? offsetof(struct sockaddr_un, sun_path) + strlen(path) : sizeof(struct sockaddr_un);
}

/* Stays open as long as the performer lives. */
static int served_locally(const char *kind, const char *path)
{
	struct sockaddr_un address;
	int fd = local_socket(kind, path, &address);

	if (bind(fd, (void *)&address, local_length(path)))
		return errno;
	return !strcmp(kind, "datagram") || !listen(fd, 16) ? 0 : errno;
}

static int connected_locally(const char *kind, const char *path)
{
	struct sockaddr_un address;
	int fd = local_socket(kind, path, &address);
	int result = connect(fd, (void *)&address, local_length(path)) ? errno : 0;

	close(fd);
	return result;
}

static int sent_locally(const char *path)
{
	struct sockaddr_un address;
	int fd = local_socket("datagram", path, &address);
	int result = sendto(fd, "x", 1, MSG_DONTWAIT, (void *)&address, local_length(path)) == 1 ? 0 : errno;

	close(fd);
	return result;
}

/* Makes a child that ends at once, and waits for it. */
static int forked(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	if (child < 0)
		return errno;
	return waitpid(child, NULL, 0) == child ? 0 : errno;
}

static int mapped(const char *path, int first, int then)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *at;
	int result = 0;

	if (fd < 0)
		return 1000 + errno;
	at = mmap(NULL, 4096, first, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		result = errno;
	else if (then && mprotect(at, 4096, then))
		result = errno;
	close(fd);
	return result;
}

static int ended_with(pid_t child)
{
	int status = 0;

	if (waitpid(child, &status, 0) < 0)
		return errno;
	return WIFSIGNALED(status) ? KILLED : WEXITSTATUS(status);
}

/* A child that shares our memory until it has executed; 126: it could not. */
static int executed_by_vfork(const char *path)
{
	volatile int failure = 0;
	pid_t child = vfork();

	if (child == 0) {
		execl(path, path, (char *)0);
		failure = errno;
		_exit(126);
	}
	if (child < 0)
		return errno;
	ended_with(child);
	return failure;
}

static int spawned(const char *path, const char *argument)
{
	char *words[] = { (char *)path, *argument ? (char *)argument : NULL, NULL };
	char *no_variables[] = { NULL };
	pid_t child;
	int error = posix_spawn(&child, path, NULL, NULL, words, no_variables);

	return error ? error : ended_with(child);
}

static int executed_by_descriptor(const char *path)
{
	char *words[] = { (char *)path, NULL };
	int fd = open(path, O_PATH | O_CLOEXEC);
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		syscall(SYS_execveat, fd, "", words, words + 1, AT_EMPTY_PATH);
		_exit(errno);
	}
	waitpid(child, &status, 0);
	close(fd);
	return WEXITSTATUS(status);
}

static int opened_by_how(const char *path)
{
	struct open_how how = { .flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, .mode = 0644 };
	int fd = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int closed(int fd)
{
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
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
	/* for neither: what can be opened so is for ioctl(2) alone */
	if (!strcmp(operation, "control"))
		return opened(path, O_ACCMODE);
	if (!strcmp(operation, "read-write"))
		return opened(path, O_RDWR);
	if (!strcmp(operation, "truncating-open"))
		return opened(path, O_RDONLY | O_TRUNC);
	if (!strcmp(operation, "create"))
		return opened(path, O_WRONLY | O_CREAT | O_EXCL);
	if (!strcmp(operation, "read-or-create"))
		return opened(path, O_RDONLY | O_CREAT);
	if (!strcmp(operation, "create-existing"))
		return opened(path, O_RDWR | O_CREAT);
	if (!strcmp(operation, "create-truncating"))
		return opened(path, O_WRONLY | O_CREAT | O_TRUNC);
	if (!strcmp(operation, "openat2"))
		return opened_by_how(path);
	if (!strcmp(operation, "creat"))
		return closed(creat(path, 0644));
	if (!strcmp(operation, "nameless"))
		return opened(path, O_WRONLY | O_TMPFILE);
	if (!strcmp(operation, "map"))
		return mapped(path, PROT_READ | PROT_EXEC, 0);
	if (!strcmp(operation, "protect"))
		return mapped(path, PROT_READ, PROT_READ | PROT_EXEC);
	if (!strcmp(operation, "vfork"))
		return executed_by_vfork(path);
	if (!strcmp(operation, "spawn"))
		return spawned(path, other);
	if (!strcmp(operation, "execveat"))
		return executed_by_descriptor(path);
	if (!strcmp(operation, "stream"))
		return connected_stream(path, 0);
	if (!strcmp(operation, "stream-later"))
		return connected_stream(path, SOCK_NONBLOCK);
	if (!strcmp(operation, "send"))
		return sent(path, other);
	if (!strcmp(operation, "no-replace"))
		return done(syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, other, RENAME_NOREPLACE));
	if (!strcmp(operation, "mkdir"))
		return done(mkdir(path, 0755));
	if (!strcmp(operation, "mknod"))
		return done(mkfifo(path, 0644));
	if (!strcmp(operation, "mknod-file"))
		return done(mknod(path, S_IFREG | 0644, 0));
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
	if (!strcmp(operation, "bind-stream"))
		return bound(path, other, SOCK_STREAM);
	if (!strcmp(operation, "bind-datagram"))
		return bound(path, other, SOCK_DGRAM);
	if (!strcmp(operation, "listen"))
		return listening(path, other);
	if (!strcmp(operation, "listen-unbound"))
		return listening_unbound(path);
	if (!strcmp(operation, "serve-locally"))
		return served_locally(path, other);
	if (!strcmp(operation, "connect-locally"))
		return connected_locally(path, other);
	if (!strcmp(operation, "send-locally"))
		return sent_locally(path);
	if (!strcmp(operation, "fork"))
		return forked();
	return ENOSYS;
}

/* Whoever has a program of its own takes the operations alone. */
#ifndef OPERATIONS_ONLY

/* A pipe at known numbers, to be opened a second time through /proc. */
static void place_pipe(void)
{
	int ends[2];

	if (pipe(ends) || dup2(ends[0], 10) < 0 || dup2(ends[1], 11) < 0)
		exit(2);
}

/* Busy, and now and then asleep in a call: what a runtime's other threads do. */
static void *accompany(void *unused)
{
	struct pollfd nothing = { .fd = -1 };

	for (;;) {
		for (int i = 0; i < 1000; i++)
			getppid();
		poll(&nothing, 1, 5);
	}
	return unused;
}

int main(int count, char **words)
{
	static char line[65536];

	place_pipe();
	for (int i = 0; i < (count > 1 ? atoi(words[1]) : 0); i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, accompany, NULL))
			exit(3);
	}

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

#endif
