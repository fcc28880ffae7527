/* SPDX-License-Identifier: Apache-2.0 */
/* An agent talks to the helper itself: connects to its socket and asks for the state (then it could ask for more). */
#define ATTACK "control-socket"
#include "attack.h"
#include <sys/time.h>
#include <sys/un.h>

int main(int count, char **argument)
{
	const char *hello = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":{\"protocol\":1,\"client\":{\"name\":\"agent\",\"version\":\"1\"}}}";
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/run/ringfence/control.sock" };
	struct timeval limit = { .tv_sec = 10 };
	char *message = text("Content-Length: %zu\r\n\r\n%s", strlen(hello), hello), answer[65536] = { 0 };
	int fd = prepare("socket", socket(AF_UNIX, SOCK_STREAM, 0));
	ssize_t length = 0, more;

	(void)count;
	(void)argument;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	intended("connect", connect(fd, (void *)&address, sizeof(address)));
	if (send(fd, message, strlen(message), MSG_NOSIGNAL) < 0 && errno == EPIPE)
		errno = EPERM, intended("peer", -1);
	while ((more = recv(fd, answer + length, sizeof(answer) - 1 - length, 0)) > 0) {
		length += more;
		if (strstr(answer, "\"result\"") || strstr(answer, "\"error\""))
			break;
	}
	if (strstr(answer, "\"result\""))
		succeed("peer");
	if (strstr(answer, "peer-is-an-agent") || more == 0)
		errno = EPERM, intended("peer", -1);
	finish(BROKEN, "answer", errno, 0);
}
