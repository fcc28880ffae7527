/* SPDX-License-Identifier: Apache-2.0 */
/* How the attacks on Unix sockets reach the scripted peer: it answers whatever it gets with REACHED. */
#ifndef LOCAL_H
#define LOCAL_H

#include <stddef.h>
#include <sys/time.h>
#include <sys/un.h>

/* The address of a name, and its length. One that begins with @ is an abstract one; it may hold NULs further on. */
static socklen_t local_address(struct sockaddr_un *address, const char *name, size_t bytes)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (bytes > sizeof(address->sun_path))
		finish(BROKEN, "name", 0, 0);
	memcpy(address->sun_path, name, bytes);
	if (name[0] == '@')
		address->sun_path[0] = '\0';
	return offsetof(struct sockaddr_un, sun_path) + bytes;
}

/* Says something on a connected socket and waits five seconds for the answer. */
__attribute__((noreturn, unused)) static void expect_local_answer(const char *step, int fd)
{
	struct timeval limit = { .tv_sec = 5 };
	char buffer[64] = { 0 };

	prepare("send", send(fd, "click\n", 6, MSG_NOSIGNAL));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	prepare("recv", recv(fd, buffer, sizeof(buffer) - 1, 0));
	if (!strstr(buffer, REACHED))
		finish(BROKEN, "answer", 0, 0);
	succeed(step);
}

__attribute__((unused)) static int connected(int type, const char *name, size_t bytes)
{
	struct sockaddr_un address;
	socklen_t length = local_address(&address, name, bytes);
	int fd = prepare("socket", socket(AF_UNIX, type, 0));

	intended("connect", connect(fd, (void *)&address, length));
	return fd;
}

__attribute__((noreturn, unused)) static void reach(int type, const char *name)
{
	expect_local_answer("connect", connected(type, name, strlen(name)));
}

/* Connects a stream and waits five seconds for the answer. */
__attribute__((noreturn, unused)) static void reach_stream(const char *name)
{
	reach(SOCK_STREAM, name);
}

/* Without ever connecting. */
__attribute__((noreturn, unused)) static void send_datagram(const char *name)
{
	struct sockaddr_un address;
	socklen_t length = local_address(&address, name, strlen(name));
	int fd = prepare("socket", socket(AF_UNIX, SOCK_DGRAM, 0));

	intended("sendto", sendto(fd, "click", 5, 0, (void *)&address, length));
	succeed("sendto");
}

/* A descriptor that comes along with a message; -1: none did. */
__attribute__((unused)) static int received_descriptor(int channel)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header;
	int fd = -1;

	prepare("recvmsg", recvmsg(channel, &message, 0));
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

__attribute__((unused)) static void hand_over(int channel, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { "x", 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	prepare("sendmsg", sendmsg(channel, &message, 0));
}

#endif
