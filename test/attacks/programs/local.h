/* SPDX-License-Identifier: Apache-2.0 */
/* How the attacks on Unix sockets reach the scripted peer: it answers whatever it gets with REACHED. */
#ifndef LOCAL_H
#define LOCAL_H

#include <stddef.h>
#include <sys/time.h>
#include <sys/un.h>

/* Connects a stream and waits five seconds for the answer. A name that begins with @ is an abstract one. */
__attribute__((noreturn, unused)) static void reach_stream(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval limit = { .tv_sec = 5 };
	char buffer[64] = { 0 };
	socklen_t length;
	int fd = prepare("socket", socket(AF_UNIX, SOCK_STREAM, 0));

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", name);
	length = offsetof(struct sockaddr_un, sun_path) + strlen(address.sun_path);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	intended("connect", connect(fd, (void *)&address, length));
	prepare("send", send(fd, "click\n", 6, MSG_NOSIGNAL));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	prepare("recv", recv(fd, buffer, sizeof(buffer) - 1, 0));
	if (!strstr(buffer, REACHED))
		finish(BROKEN, "answer", 0, 0);
	succeed("connect");
}

#endif
