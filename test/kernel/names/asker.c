/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries out what it is told, a line of `operation TAB argument TAB argument` at a time, and answers each with an errno. Unlike
 * programs that use libc's resolver it asks just what it is told to, so that each step can be looked at by itself.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVER "127.0.0.1"

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t read_address(const char *text, const char *port, union address *address)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
		address->v6.sin6_family = AF_INET6;
		address->v6.sin6_port = htons(atoi(port));
		return sizeof(address->v6);
	}
	inet_pton(AF_INET, text, &address->v4.sin_addr);
	address->v4.sin_family = AF_INET;
	address->v4.sin_port = htons(atoi(port));
	return sizeof(address->v4);
}

static int open_socket(int family, int type)
{
	struct timeval limit = { .tv_sec = 10 };
	int fd = socket(family, type | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return fd;
}

static int ended(int fd, int failed)
{
	int error = failed ? errno : 0;

	close(fd);
	return error;
}

static int connected(int type, const char *text, const char *port)
{
	union address address;
	socklen_t length = read_address(text, port, &address);
	int fd = open_socket(address.any.sa_family, type);

	return ended(fd, connect(fd, &address.any, length));
}

static int sent(int type, int flags, const char *text, const char *port)
{
	union address address;
	socklen_t length = read_address(text, port, &address);
	int fd = open_socket(address.any.sa_family, type);

	return ended(fd, sendto(fd, "x", 1, flags, &address.any, length) < 0);
}

/* FAMILY/TYPE/PROTOCOL */
static int made(const char *kind)
{
	int family, type, protocol, fd;

	if (sscanf(kind, "%d/%d/%d", &family, &type, &protocol) != 3)
		return EINVAL;
	fd = socket(family, type, protocol);
	return ended(fd, fd < 0);
}

/* Connected to what is allowed, then to nothing, then sent elsewhere. */
static int sent_after_disconnecting(const char *allowed, const char *text, const char *port)
{
	union address address, other;
	struct sockaddr nothing = { .sa_family = AF_UNSPEC };
	socklen_t length = read_address(allowed, "53", &address), others = read_address(text, port, &other);
	int fd = open_socket(AF_INET, SOCK_DGRAM);

	if (connect(fd, &address.any, length) || connect(fd, &nothing, sizeof(nothing)))
		return ended(fd, 1) == EPERM ? EIO : EINVAL;
	return ended(fd, sendto(fd, "x", 1, 0, &other.any, others) < 0);
}

/* A question for the addresses of a name. Returns its length. */
static size_t write_question(unsigned char *message, const char *name, int type)
{
	static const unsigned char head[] = { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
	size_t at = sizeof(head);

	memcpy(message, head, sizeof(head));
	while (*name) {
		size_t length = strcspn(name, ".");

		message[at++] = length;
		memcpy(message + at, name, length);
		at += length;
		name += length + (name[length] == '.');
	}
	message[at++] = 0;
	message[at++] = 0;
	message[at++] = type;
	message[at++] = 0;
	message[at++] = 1;
	return at;
}

static int looked(const char *name, const char *server, int type)
{
	unsigned char message[4096];
	union address address;
	socklen_t length = read_address(*server ? server : SERVER, "53", &address);
	int fd = open_socket(address.any.sa_family, SOCK_DGRAM);

	if (connect(fd, &address.any, length) || send(fd, message, write_question(message, name, type), 0) < 0)
		return ended(fd, 1);
	return ended(fd, recv(fd, message, sizeof(message), 0) < 0);
}

static int looked_by_stream(const char *name)
{
	unsigned char message[4098];
	union address address;
	socklen_t length = read_address(SERVER, "53", &address);
	int fd = open_socket(AF_INET, SOCK_STREAM);
	size_t bytes = write_question(message + 2, name, 1), want = 2;

	message[0] = bytes >> 8;
	message[1] = bytes;
	if (connect(fd, &address.any, length) || send(fd, message, bytes + 2, 0) < 0)
		return ended(fd, 1);
	for (size_t at = 0; at < want;) {
		ssize_t got = recv(fd, message + at, sizeof(message) - at, 0);

		if (got <= 0)
			return ended(fd, 1);
		at += got;
		if (at >= 2)
			want = 2 + (message[0] << 8 | message[1]);
	}
	return ended(fd, 0);
}

/* An answer of its own making, from a socket of its own: NAME leads to 203.0.113.66. */
static int forged(const char *name, const char *from_address, const char *port)
{
	unsigned char message[1024];
	static const unsigned char record[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 0, 0, 4, 203, 0, 113, 66 };
	union address own, victim = { .v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(victim);
	int to = open_socket(AF_INET, SOCK_DGRAM), from = open_socket(AF_INET, SOCK_DGRAM), error;
	size_t bytes = write_question(message, name, 1);

	message[2] = 0x81;
	message[3] = 0x80;
	message[7] = 1;
	memcpy(message + bytes, record, sizeof(record));
	read_address(from_address, port, &own);
	if (bind(to, &victim.any, sizeof(victim.v4)) || getsockname(to, &victim.any, &length) ||
	    bind(from, &own.any, sizeof(own.v4)) || sendto(from, message, bytes + sizeof(record), 0, &victim.any, length) < 0 ||
	    recv(to, message, sizeof(message), 0) < 0)
		error = errno;
	else
		error = 0;
	close(to);
	close(from);
	return error;
}

/* The same where nobody else listens at port 53: in a network of its own, which takes a user namespace, root or not. */
static int forged_apart(const char *name)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int status;
	pid_t child = fork();

	if (!child) {
		int fd;

		if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
			_exit(errno);
		fd = open_socket(AF_INET, SOCK_DGRAM);
		if (ioctl(fd, SIOCSIFFLAGS, &request))
			_exit(errno);
		_exit(forged(name, SERVER, "53"));
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

/* Stays connected to the name server. Answers with its own port, which is no errno. */
static int held_stream(void)
{
	union address address, own;
	socklen_t length = read_address(SERVER, "53", &address), room = sizeof(own);
	int fd = open_socket(AF_INET, SOCK_STREAM);

	if (connect(fd, &address.any, length) || getsockname(fd, &own.any, &room))
		return ended(fd, 1);
	return ntohs(own.v4.sin_port);
}

static unsigned int sum_of(const unsigned char *bytes, size_t count)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += i % 2 ? bytes[i] : bytes[i] << 8;
	return sum;
}

/* A segment from the name server's port to one of this machine, with a number of one's own, which holds an answer. */
static int spoofed(const char *port, const char *number)
{
	static const unsigned char record[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 0, 0, 4, 203, 0, 113, 66 };
	unsigned char segment[512] = { 0, 53 }, *message = segment + sizeof(struct tcphdr) + 2;
	struct tcphdr *head = (void *)segment;
	union address address;
	socklen_t length = read_address(SERVER, "0", &address);
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
	size_t bytes = write_question(message, "api.example.com", 1), whole;
	unsigned int sum;

	message[2] = 0x81;
	message[3] = 0x80;
	message[7] = 1;
	memcpy(message + bytes, record, sizeof(record));
	bytes += sizeof(record);
	message[-2] = bytes >> 8;
	message[-1] = bytes;
	whole = sizeof(*head) + 2 + bytes;
	head->dest = htons(atoi(port));
	head->seq = htonl(strtoul(number, NULL, 10));
	head->ack_seq = htonl(strtoul(number, NULL, 10));
	head->doff = sizeof(*head) / 4;
	head->ack = 1;
	head->psh = 1;
	head->window = htons(1024);
	/* from and to 127.0.0.1 */
	sum = sum_of(segment, whole) + 2 * (0x7f00 + 1) + IPPROTO_TCP + whole;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	head->check = htons(~sum);
	return ended(fd, sendto(fd, segment, whole, 0, &address.any, length) < 0);
}

static int carry_out(const char *operation, const char *first, const char *second)
{
	if (!strcmp(operation, "connect"))
		return connected(SOCK_STREAM, first, second);
	if (!strcmp(operation, "route"))
		return connected(SOCK_DGRAM, first, second);
	if (!strcmp(operation, "datagram"))
		return sent(SOCK_DGRAM, 0, first, second);
	if (!strcmp(operation, "fast-open"))
		return sent(SOCK_STREAM, MSG_FASTOPEN, first, second);
	if (!strcmp(operation, "socket"))
		return made(first);
	if (!strcmp(operation, "disconnect"))
		return sent_after_disconnecting(SERVER, first, second);
	if (!strcmp(operation, "look"))
		return looked(first, second, 1);
	if (!strcmp(operation, "look-six"))
		return looked(first, second, 28);
	if (!strcmp(operation, "look-by-stream"))
		return looked_by_stream(first);
	if (!strcmp(operation, "forge"))
		return forged(first, SERVER, second);
	if (!strcmp(operation, "forge-from"))
		return forged(first, second, "53");
	if (!strcmp(operation, "forge-apart"))
		return forged_apart(first);
	if (!strcmp(operation, "hold-stream"))
		return held_stream();
	if (!strcmp(operation, "spoof"))
		return spoofed(first, second);
	return ENOSYS;
}

/* Waits for datagrams at a port that it prints, and does nothing with them. */
static int sink(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	char line[16];
	int fd;

	if (!fgets(line, sizeof(line), stdin))
		return 2;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(fd, (void *)&address, sizeof(address)) || getsockname(fd, (void *)&address, &length))
		return 3;
	printf("%d\n", ntohs(address.sin_port));
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		;
	return 0;
}

int main(int count, char **words)
{
	char line[1024];

	if (count > 1 && !strcmp(words[1], "sink"))
		return sink();
	while (fgets(line, sizeof(line), stdin)) {
		char *first, *second;

		line[strcspn(line, "\n")] = '\0';
		first = strchr(line, '\t');
		if (!first)
			return 2;
		*first++ = '\0';
		second = strchr(first, '\t');
		if (!second)
			return 2;
		*second++ = '\0';
		printf("%d\n", carry_out(line, first, second));
		fflush(stdout);
	}
	return 0;
}
