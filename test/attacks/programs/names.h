/* SPDX-License-Identifier: Apache-2.0 */
/* How the attacks on host names ask the scripted name server, which listens at 127.0.0.1 as /etc/resolv.conf says. */
#ifndef NAMES_H
#define NAMES_H

#include "network.h"

#define SERVER "127.0.0.1"
#define DNS_PORT "53"
/* An address that no name leads to, and that the scripted peer has. */
#define FAR "203.0.113.7"

__attribute__((unused)) static struct sockaddr_in address_of(const char *host, const char *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };

	inet_pton(AF_INET, host, &address.sin_addr);
	return address;
}

/* A question for the IPv4 addresses of a name. Returns its length. */
__attribute__((unused)) static size_t write_question(unsigned char *message, const char *name)
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
	memcpy(message + at, "\0\0\1\0\1", 5);
	return at + 5;
}

__attribute__((unused)) static void look_up(const char *name)
{
	unsigned char message[1024];
	struct sockaddr_in server = address_of(SERVER, DNS_PORT);
	struct timeval limit = { .tv_sec = 5 };
	int fd = prepare("socket", socket(AF_INET, SOCK_DGRAM, 0));

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	prepare("connect to the name server", connect(fd, (void *)&server, sizeof(server)));
	prepare("ask", send(fd, message, write_question(message, name), 0));
	prepare("answer", recv(fd, message, sizeof(message), 0));
	close(fd);
}

/* By TCP, with the length of the message split from it and by itself. */
__attribute__((unused)) static void look_up_by_stream(const char *name)
{
	unsigned char message[1026];
	struct sockaddr_in server = address_of(SERVER, DNS_PORT);
	int fd = prepare("socket", socket(AF_INET, SOCK_STREAM, 0)), yes = 1;
	size_t bytes = write_question(message + 2, name);

	message[0] = 0;
	message[1] = bytes;
	prepare("connect to the name server", connect(fd, (void *)&server, sizeof(server)));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	prepare("ask", send(fd, message, 1, 0));
	prepare("ask", send(fd, message + 1, bytes + 1, 0));
	prepare("answer", recv(fd, message, sizeof(message), 0));
	sleep(1); /* the helper reads streams: until it has, a refusal is for that */
	close(fd);
}

/* Sends an answer that says that NAME leads to FAR from one socket of its own to another. */
__attribute__((unused)) static void forge(const char *name, const char *from_port)
{
	static const unsigned char record[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 0, 0, 4, 203, 0, 113, 7 };
	unsigned char message[1024];
	struct sockaddr_in own = address_of(SERVER, from_port), victim = address_of("127.0.0.2", "0");
	socklen_t length = sizeof(victim);
	int to = prepare("socket", socket(AF_INET, SOCK_DGRAM, 0)), from = prepare("socket", socket(AF_INET, SOCK_DGRAM, 0));
	size_t bytes = write_question(message, name);

	message[2] = 0x81;
	message[3] = 0x80;
	message[7] = 1;
	memcpy(message + bytes, record, sizeof(record));
	prepare("bind", bind(to, (void *)&victim, sizeof(victim)));
	prepare("own address", getsockname(to, (void *)&victim, &length));
	prepare("bind", bind(from, (void *)&own, sizeof(own)));
	/* what goes to a port of its own session is not what is at stake: the manifest grants it */
	prepare("forge", sendto(from, message, bytes + sizeof(record), 0, (void *)&victim, sizeof(victim)));
	prepare("receive", recv(to, message, sizeof(message), 0));
	close(to);
	close(from);
}

__attribute__((noreturn, unused)) static void reach(const char *host, const char *port)
{
	struct sockaddr_in address = address_of(host, port);

	connect_and_send(AF_INET, 0, &address, sizeof(address));
}

#endif
