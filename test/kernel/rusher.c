/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many threads do one thing at once, each so many times. Usage: rusher WHAT THREADS TIMES PLACE, WHAT: unlink, rmdir (files or
 * folders PLACE/THREAD-TIME), replace (by renaming PLACE/THREAD-TIME over PLACE/thread-THREAD), send (one byte to UDP port PLACE).
 * Begins when a line comes in; prints "done N, refused N, other N".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *what, *place;
static int threads, times, done, refused, others;
static pthread_barrier_t together;

static int attempt(int thread, int time, int fd)
{
	char from[4096], to[4096];

	snprintf(from, sizeof(from), "%s/%d-%d", place, thread, time);
	snprintf(to, sizeof(to), "%s/thread-%d", place, thread);
	if (!strcmp(what, "unlink"))
		return unlink(from);
	if (!strcmp(what, "rmdir"))
		return rmdir(from);
	if (!strcmp(what, "replace"))
		return rename(from, to);
	return send(fd, "x", 1, 0) == 1 ? 0 : -1;
}

static void *rush(void *argument)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int thread = (long)argument, fd = -1;

	if (!strcmp(what, "send")) {
		to.sin_port = htons(atoi(place));
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		if (connect(fd, (void *)&to, sizeof(to)))
			exit(2);
	}
	pthread_barrier_wait(&together);
	for (int time = 0; time < times; time++) {
		int *counter = !attempt(thread, time, fd) ? &done : errno == EPERM ? &refused : &others;

		__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

int main(int count, char **words)
{
	pthread_t all[64];

	if (count < 5)
		return 2;
	what = words[1];
	threads = atoi(words[2]);
	times = atoi(words[3]);
	place = words[4];
	pthread_barrier_init(&together, NULL, threads);
	if (getchar() == EOF)
		return 2;
	for (long i = 0; i < threads; i++)
		if (pthread_create(&all[i], NULL, rush, (void *)i))
			return 3;
	for (int i = 0; i < threads; i++)
		pthread_join(all[i], NULL);
	printf("done %d, refused %d, other %d\n", done, refused, others);
	return 0;
}
