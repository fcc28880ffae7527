/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the programs of a plan one after another inside one session, since starting a session costs more than an attack.
 * Usage: runner PLAN [SECONDS]   PLAN: lines of NAME <tab> PROGRAM <tab> ARGUMENT …; SECONDS: how long each may take, 60
 * Prints for each a line of JSON: when it ran (CLOCK_MONOTONIC, ns), how it ended and what it printed (at most 4 KiB).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_WORDS 16

static unsigned long long limit_ns = 60000000000ull;

static unsigned long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static int split(char *line, char **words)
{
	int count = 0;
	char *word;

	line[strcspn(line, "\n")] = 0;
	while (count < MAX_WORDS - 1 && (word = strsep(&line, "\t")))
		words[count++] = word;
	words[count] = NULL;
	return count;
}

/* Everything the program and its descendants print until the last of them closed the pipe. */
static size_t collect(int fd, char *buffer, size_t limit, unsigned long long deadline)
{
	size_t length = 0;
	char rest[4096];

	for (;;) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		unsigned long long time = now();
		ssize_t more;

		if (time >= deadline || poll(&ready, 1, (deadline - time) / 1000000 + 1) <= 0)
			return length;
		more = read(fd, length < limit ? buffer + length : rest, length < limit ? limit - length : sizeof(rest));
		if (more <= 0)
			return length;
		if (length < limit)
			length += more;
	}
}

static void run(char **words)
{
	char printed[4097];
	unsigned long long start = now(), end;
	int channel[2], status = 0;
	size_t length;
	pid_t child;

	if (pipe2(channel, O_CLOEXEC) < 0 || (child = fork()) < 0) {
		printf("{\"name\":\"%s\",\"error\":%d}\n", words[0], errno);
		return;
	}
	if (child == 0) {
		setpgid(0, 0);
		dup2(channel[1], 1);
		execv(words[1], words + 1);
		dprintf(1, "{\"step\":\"start\",\"ok\":false,\"errno\":%d}\n", errno);
		_exit(21);
	}
	close(channel[1]);
	length = collect(channel[0], printed, sizeof(printed) - 1, start + limit_ns);
	printed[length] = 0;
	close(channel[0]);
	if (now() >= start + limit_ns)
		kill(-child, SIGKILL);
	waitpid(child, &status, 0);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	end = now();
	printed[strcspn(printed, "\n")] = 0;
	printf("{\"name\":\"%s\",\"start\":\"%llu\",\"end\":\"%llu\",\"exit\":%d,\"signal\":%d,\"report\":%s}\n", words[0], start,
	       end, WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
	       printed[0] == '{' ? printed : "null");
	fflush(stdout);
}

int main(int count, char **argument)
{
	char *line = NULL, *words[MAX_WORDS];
	size_t size = 0;
	FILE *plan = count == 2 || count == 3 ? fopen(argument[1], "re") : NULL;

	if (!plan) {
		perror(argument[1] ? argument[1] : "usage: runner PLAN [SECONDS]");
		return 1;
	}
	if (count == 3)
		limit_ns = strtoull(argument[2], NULL, 10) * 1000000000ull;
	while (getline(&line, &size, plan) > 0)
		if (split(line, words) >= 2)
			run(words);
	return 0;
}
