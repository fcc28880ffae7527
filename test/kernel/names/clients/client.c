/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client PORT FILE: waits for a line, then looks up each name of the file with getaddrinfo(3) and connects to what it leads to.
 * Prints how many were reached, how many connections were refused with EPERM, and what else failed; ends with its input.
 */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int done, refused, other;

static void reach(const char *name, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found, *one;
	int fd, reached = 0;

	if (getaddrinfo(name, port, &hints, &found)) {
		other++;
		return;
	}
	for (one = found; one && !reached; one = one->ai_next) {
		fd = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
		if (connect(fd, one->ai_addr, one->ai_addrlen) == 0)
			reached = 1;
		else if (errno == EPERM)
			refused++;
		close(fd);
	}
	freeaddrinfo(found);
	if (reached)
		done++;
	else
		other++;
}

int main(int count, char **words)
{
	char line[512];
	FILE *names;

	if (count != 3 || !fgets(line, sizeof(line), stdin))
		return 2;
	names = fopen(words[2], "r");
	if (!names)
		return 3;
	while (fgets(line, sizeof(line), names)) {
		line[strcspn(line, "\n")] = '\0';
		reach(line, words[1]);
	}
	printf("done %d refused %d other %d\n", done, refused, other);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		;
	return 0;
}
