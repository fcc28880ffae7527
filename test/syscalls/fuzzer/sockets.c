/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets of every family, and whom they reach. */
#include "sockets.h"
#include "calls.h"
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stddef.h>

static socklen_t local_name(union address *address, const char *name)
{
	size_t length = strlen(name);

	address->local.sun_path[0] = 0;
	memcpy(address->local.sun_path + 1, name, length);
	return offsetof(struct sockaddr_un, sun_path) + 1 + length;
}

static socklen_t local_address(struct thread *thread, union address *address)
{
	char path[PATH_BYTES];

	address->local.sun_family = AF_UNIX;
	switch (pick(&thread->dice, 4)) {
	case 0:
		return local_name(address, settings.closed_name);
	case 1:
		return local_name(address, settings.open_name);
	case 2:
		snprintf(path, sizeof(path), "%s", settings.closed_socket);
		break;
	default:
		path_to(thread, OPEN_PLACE, path);
	}
	snprintf(address->local.sun_path, sizeof(address->local.sun_path), "%.107s", path);
	return sizeof(address->local);
}

socklen_t some_address(struct thread *thread, union address *address)
{
	unsigned port = once_in(&thread->dice, 3) ? settings.open_port : settings.closed_port;

	memset(address, 0, sizeof(*address));
	switch (pick(&thread->dice, 5)) {
	case 0:
		address->v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
		return sizeof(address->v6);
	case 1: /* mapped */
		address->v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(port) };
		memcpy(&address->v6.sin6_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\1", 16);
		return sizeof(address->v6);
	case 2:
	case 3:
		return local_address(thread, address);
	}
	address->v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
	address->v4.sin_addr.s_addr = htonl(once_in(&thread->dice, 6) ? INADDR_ANY : INADDR_LOOPBACK);
	if (once_in(&thread->dice, 16))
		address->any.sa_family = AF_UNSPEC;
	return sizeof(address->v4);
}

static void do_socket(struct thread *thread)
{
	static const int FAMILIES[] = { AF_INET, AF_INET, AF_INET6, AF_INET6, AF_UNIX, AF_UNIX, AF_NETLINK, AF_PACKET, AF_VSOCK, AF_ALG };
	static const int KINDS[] = { SOCK_STREAM, SOCK_STREAM, SOCK_DGRAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW };
	static const int PROTOCOLS[] = { 0, 0, 0, 0, IPPROTO_TCP, IPPROTO_UDP, 262 /* MPTCP */, 132 /* SCTP */ };
	int family = PICK(&thread->dice, FAMILIES), kind = PICK(&thread->dice, KINDS), protocol = PICK(&thread->dice, PROTOCOLS);

	keep(thread, CALL(thread, socket, family, kind | SOCK_NONBLOCK, protocol), SOCKET);
}

static void do_socketpair(struct thread *thread)
{
	static const int KINDS[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };
	int ends[2];

	if (CALL(thread, socketpair, AF_UNIX, PICK(&thread->dice, KINDS) | SOCK_NONBLOCK, 0, ends))
		return;
	keep(thread, ends[0], SOCKET);
	keep(thread, ends[1], SOCKET);
}

/* One of the family that the address is of, or they would hardly ever meet. */
static int socket_for(struct thread *thread, const union address *address)
{
	int kind = once_in(&thread->dice, 2) ? SOCK_STREAM : SOCK_DGRAM;
	int fd = some_fd(thread, SOCKET);

	if (fd < 0 || once_in(&thread->dice, 2))
		keep(thread, fd = QUIET(socket, address->any.sa_family, kind | SOCK_NONBLOCK, 0), SOCKET);
	return fd;
}

static void do_connect(struct thread *thread)
{
	union address address;
	socklen_t length = some_address(thread, &address);
	int fd = socket_for(thread, &address);

	CALL(thread, connect, fd, &address, length);
}

static void do_bind(struct thread *thread)
{
	union address address;
	socklen_t length = some_address(thread, &address);
	int fd = socket_for(thread, &address);

	if (address.any.sa_family == AF_INET && once_in(&thread->dice, 2))
		address.v4.sin_port = 0;
	if (!CALL(thread, bind, fd, &address, length) && address.any.sa_family == AF_UNIX)
		remember(thread, address.local.sun_path);
}

static void do_listen(struct thread *thread)
{
	CALL(thread, listen, some_fd(thread, SOCKET), 4);
}

static void do_accept4(struct thread *thread)
{
	keep(thread, CALL(thread, accept4, some_fd(thread, SOCKET), NULL, NULL, SOCK_NONBLOCK), SOCKET);
}

static void do_sendto(struct thread *thread)
{
	union address address;
	socklen_t length = some_address(thread, &address);
	int fd = socket_for(thread, &address), flags = MSG_DONTWAIT | MSG_NOSIGNAL | (once_in(&thread->dice, 3) ? MSG_FASTOPEN : 0);

	memset(thread->buffer, 's', 64);
	CALL(thread, sendto, fd, thread->buffer, 64, flags, &address, once_in(&thread->dice, 4) ? 0 : length);
}

static void do_sendmsg(struct thread *thread)
{
	union address address;
	socklen_t length = some_address(thread, &address);
	int fd = socket_for(thread, &address);
	struct iovec part = { thread->buffer, 64 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	struct mmsghdr several[2];

	memset(thread->buffer, 's', 64);
	if (once_in(&thread->dice, 2)) {
		message.msg_name = &address;
		message.msg_namelen = length;
	}
	if (once_in(&thread->dice, 2)) {
		CALL(thread, sendmsg, fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
		return;
	}
	several[0].msg_hdr = several[1].msg_hdr = message;
	CALL(thread, sendmmsg, fd, several, 2, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void do_recvmsg(struct thread *thread)
{
	struct iovec part = { thread->buffer, BUFFER_BYTES };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	int fd = some_fd(thread, SOCKET);

	scan(thread, thread->buffer, CALL(thread, recvmsg, fd, &message, MSG_DONTWAIT), fd);
}

static void do_setsockopt(struct thread *thread)
{
	static const int OPTIONS[][2] = { { SOL_SOCKET, SO_REUSEADDR }, { IPPROTO_IPV6, IPV6_V6ONLY }, { SOL_SOCKET, SO_PASSCRED },
					  { IPPROTO_TCP, TCP_FASTOPEN_CONNECT }, { SOL_SOCKET, SO_REUSEPORT } };
	const int *option = PICK(&thread->dice, OPTIONS);
	int value = once_in(&thread->dice, 2);

	CALL(thread, setsockopt, some_fd(thread, SOCKET), option[0], option[1], &value, sizeof(value));
}

static void do_shutdown(struct thread *thread)
{
	CALL(thread, shutdown, some_fd(thread, SOCKET), pick(&thread->dice, 3));
}

const struct call SOCKET_CALLS[] = {
	{ "socket", 5, do_socket },
	{ "socketpair", 2, do_socketpair },
	{ "connect", 7, do_connect },
	{ "bind", 4, do_bind },
	{ "listen", 3, do_listen },
	{ "accept4", 2, do_accept4 },
	{ "sendto", 5, do_sendto },
	{ "sendmsg", 4, do_sendmsg },
	{ "recvmsg", 3, do_recvmsg },
	{ "setsockopt", 2, do_setsockopt },
	{ "shutdown", 1, do_shutdown },
	{ NULL, 0, NULL },
};
