/* SPDX-License-Identifier: Apache-2.0 */
/* How the network attacks reach the scripted peer on loopback. */
#ifndef NETWORK_H
#define NETWORK_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/time.h>

__attribute__((unused)) static struct sockaddr_in address4(const char *port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(atoi(port)),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

__attribute__((unused)) static struct sockaddr_in6 address6(const char *port, const char *host)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = htons(atoi(port)) };

	inet_pton(AF_INET6, host, &address.sin6_addr);
	return address;
}

/* The peer answers whatever it gets with REACHED; waits five seconds for it. */
__attribute__((noreturn, unused)) static void expect_answer(const char *step, int fd)
{
	char buffer[64] = { 0 };
	struct timeval limit = { .tv_sec = 5 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	prepare("recv", recv(fd, buffer, sizeof(buffer) - 1, 0));
	if (!strstr(buffer, REACHED))
		finish(BROKEN, "answer", 0, 0);
	succeed(step);
}

__attribute__((noreturn, unused)) static void connect_and_send(int family, int protocol, const void *address, int length)
{
	int fd = prepare("socket", socket(family, SOCK_STREAM, protocol));

	intended("connect", connect(fd, address, length));
	prepare("send", send(fd, "stolen\n", 7, 0));
	expect_answer("connect", fd);
}

#endif
