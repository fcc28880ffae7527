/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends so many bytes in one of many ways to a port of 127.0.0.1, as often as asked. Usage: sender WAY PORT BYTES TIMES [FILE];
 * begins when a line comes in, and prints "errno N" for the first time that failed (0: none) and "done N" for those that did not.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static struct sockaddr_in to = { .sin_family = AF_INET };
static struct sockaddr_in6 mapped = { .sin6_family = AF_INET6 }; /* the same address, as sockets of IPv6 have it */
static char *room;
static size_t bytes;
static const char *file;

static int connected(int type, int family)
{
	int fd = socket(family, type, 0);

	if (family == AF_INET ? connect(fd, (void *)&to, sizeof(to)) : connect(fd, (void *)&mapped, sizeof(mapped))) {
		perror("connect");
		exit(2);
	}
	return fd;
}

static long by_write(int fd) { return write(fd, room, bytes); }

static long by_writev(int fd)
{
	struct iovec parts[2] = { { room, bytes / 2 }, { room, bytes - bytes / 2 } };

	return writev(fd, parts, 2);
}

static long by_sendto(int fd) { return sendto(fd, room, bytes, 0, (void *)&to, sizeof(to)); }

/* In as many pieces as the socket takes without waiting: each asks for all that is left. */
static long without_waiting(int fd)
{
	size_t sent = 0;

	while (sent < bytes) {
		long part = send(fd, room, bytes - sent, MSG_DONTWAIT);
		struct pollfd ready = { .fd = fd, .events = POLLOUT };

		if (part < 0 && errno != EAGAIN)
			return -1;
		if (part > 0)
			sent += part;
		else
			poll(&ready, 1, 1000);
	}
	return sent;
}

/* All messages but the first pass unseen when they go to the same address. */
static long by_sendmmsg(int fd, void *name, int count)
{
	struct iovec whole = { room, bytes };
	struct mmsghdr messages[16] = {};

	for (int i = 0; i < count; i++) {
		messages[i].msg_hdr.msg_iov = &whole;
		messages[i].msg_hdr.msg_iovlen = 1;
		messages[i].msg_hdr.msg_name = name;
		messages[i].msg_hdr.msg_namelen = name ? sizeof(to) : 0;
	}
	return sendmmsg(fd, messages, count, 0);
}

static long by_named_messages(int fd) { return by_sendmmsg(fd, &to, 4); }
static long by_one_named_message(int fd) { return by_sendmmsg(fd, &to, 1); }
static long by_messages(int fd) { return by_sendmmsg(fd, NULL, 4); }

static long sendfile_of(int fd, size_t asked)
{
	int source = open(file, O_RDONLY);
	off_t at = 0;
	long sent = sendfile(fd, source, &at, asked);

	close(source);
	return sent;
}

static long splice_of(int fd, size_t asked)
{
	int ends[2];
	long sent;

	if (pipe(ends) || write(ends[1], room, bytes) != (long)bytes)
		exit(2);
	sent = splice(ends[0], NULL, fd, NULL, asked, 0);
	close(ends[0]);
	close(ends[1]);
	return sent;
}

static long by_sendfile(int fd) { return sendfile_of(fd, bytes); }

static long by_splice(int fd) { return splice_of(fd, bytes); }

/* More than is there: what is there is sent. */
static long by_sendfile_of_more(int fd) { return sendfile_of(fd, 10 * bytes); }

static long by_splice_of_more(int fd) { return splice_of(fd, 10 * bytes); }

struct ring {
	int fd;
	unsigned int *submitted, *completed_head, *completed_tail, *index;
	struct io_uring_sqe *entries;
	struct io_uring_cqe *completions;
	unsigned int mask;
};

static struct ring open_ring(void)
{
	struct io_uring_params parameters = {};
	struct ring ring = { .fd = syscall(SYS_io_uring_setup, 4, &parameters) };
	char *sq, *cq;

	if (ring.fd < 0) {
		perror("io_uring_setup");
		exit(2);
	}
	sq = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_SQ_RING);
	cq = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_CQ_RING);
	ring.entries = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_SQES);
	ring.submitted = (void *)(sq + parameters.sq_off.tail);
	ring.index = (void *)(sq + parameters.sq_off.array);
	ring.completed_head = (void *)(cq + parameters.cq_off.head);
	ring.completed_tail = (void *)(cq + parameters.cq_off.tail);
	ring.completions = (void *)(cq + parameters.cq_off.cqes);
	ring.mask = parameters.cq_entries - 1;
	return ring;
}

/* One request, and its result as a call would give it. */
static long submit(const struct io_uring_sqe *entry)
{
	static struct ring ring;
	unsigned int head;
	int result;

	if (!ring.entries)
		ring = open_ring();
	ring.entries[0] = *entry;
	ring.index[*ring.submitted & 3] = 0;
	__atomic_fetch_add(ring.submitted, 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring.fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -1;
	head = *ring.completed_head;
	result = ring.completions[head & ring.mask].res;
	__atomic_store_n(ring.completed_head, head + 1, __ATOMIC_RELEASE);
	if (result >= 0)
		return result;
	errno = -result;
	return -1;
}

static long by_ring_send(int fd)
{
	struct io_uring_sqe entry = { .opcode = IORING_OP_SEND, .fd = fd, .addr = (unsigned long)room, .len = bytes };

	return submit(&entry);
}

static long by_ring_splice(int fd)
{
	int ends[2];
	struct io_uring_sqe entry = { .opcode = IORING_OP_SPLICE, .fd = fd, .len = bytes, .off = -1, .splice_off_in = -1 };
	long sent;

	if (pipe(ends) || write(ends[1], room, bytes) != (long)bytes)
		exit(2);
	entry.splice_fd_in = ends[0];
	sent = submit(&entry);
	close(ends[0]);
	close(ends[1]);
	return sent;
}

static const struct {
	const char *name;
	int type;
	long (*send)(int fd);
	int family;
} ways[] = {
	{ "write", SOCK_STREAM, by_write, AF_INET },
	{ "writev", SOCK_STREAM, by_writev, AF_INET },
	{ "without-waiting", SOCK_STREAM, without_waiting, AF_INET },
	{ "mapped-without-waiting", SOCK_STREAM, without_waiting, AF_INET6 },
	{ "messages", SOCK_STREAM, by_messages, AF_INET },
	{ "named-messages-on-a-stream", SOCK_STREAM, by_named_messages, AF_INET },
	{ "sendfile", SOCK_STREAM, by_sendfile, AF_INET },
	{ "splice", SOCK_STREAM, by_splice, AF_INET },
	{ "sendfile-of-more", SOCK_STREAM, by_sendfile_of_more, AF_INET },
	{ "splice-of-more", SOCK_STREAM, by_splice_of_more, AF_INET },
	{ "ring-send", SOCK_STREAM, by_ring_send, AF_INET },
	{ "ring-splice", SOCK_STREAM, by_ring_splice, AF_INET },
	{ "datagram", SOCK_DGRAM, by_write, AF_INET },
	{ "named-datagram", SOCK_DGRAM, by_sendto, AF_INET },
	{ "named-message", SOCK_DGRAM, by_one_named_message, AF_INET },
	{ "named-messages", SOCK_DGRAM, by_named_messages, AF_INET },
};

int main(int count, char **words)
{
	int times = atoi(words[4]), done = 0, error = 0;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons(atoi(words[2]));
	inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr);
	mapped.sin6_port = to.sin_port;
	bytes = strtoul(words[3], NULL, 10);
	file = count > 5 ? words[5] : NULL;
	room = calloc(1, bytes + 1);
	if (getchar() == EOF)
		return 2;
	for (unsigned int i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		int fd;

		if (strcmp(ways[i].name, words[1]))
			continue;
		fd = connected(ways[i].type, ways[i].family);
		for (int time = 0; time < times; time++) {
			if (ways[i].send(fd) >= 0)
				done++;
			else if (!error)
				error = errno;
		}
		close(fd);
		printf("errno %d, done %d\n", error, done);
		return 0;
	}
	return 2;
}
