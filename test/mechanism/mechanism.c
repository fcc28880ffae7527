/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mechanism opens PATH COUNT: nanoseconds of each of COUNT opens, the median, after as many for warming up.
 * mechanism siblings PATH: opens PATH once while another thread sleeps in epoll_wait for 20 ms at a time: what that one notices.
 * mechanism read PATH: opens PATH once; prints the errno.
 * Each begins when a byte comes in.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000LL
#define TICK_MS 20

static atomic_int over, interrupted, ready;
static atomic_llong longest_ns;

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS + now.tv_nsec;
}

static int compare(const void *left, const void *right)
{
	long long one = *(const long long *)left, other = *(const long long *)right;

	return one < other ? -1 : one > other;
}

static int opened(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int opens(const char *path, int count)
{
	long long *taken = calloc(count, sizeof(*taken));

	for (int i = -count; i < count; i++) {
		long long begin = now_ns();

		if (opened(path))
			return 1;
		if (i >= 0)
			taken[i] = now_ns() - begin;
	}
	qsort(taken, count, sizeof(*taken), compare);
	printf("%lld\n", taken[count / 2]);
	return 0;
}

static void *tick(void *unused)
{
	int poll = epoll_create1(0);
	struct epoll_event event;

	while (!over) {
		long long begin = now_ns(), taken;

		ready = 1;
		if (epoll_wait(poll, &event, 1, TICK_MS) < 0 && errno == EINTR)
			interrupted++;
		taken = now_ns() - begin;
		if (taken > longest_ns)
			longest_ns = taken;
	}
	return unused;
}

static int siblings(const char *path)
{
	pthread_t thread;
	int result;

	if (pthread_create(&thread, NULL, tick, NULL))
		return 2;
	while (!ready)
		usleep(1000);
	result = opened(path);
	over = 1;
	pthread_join(thread, NULL);
	printf("{\"errno\":%d,\"interrupted\":%d,\"longestMs\":%lld}\n", result, interrupted, longest_ns / 1000000);
	return 0;
}

int main(int count, char **words)
{
	char byte;

	if (count < 3 || read(0, &byte, 1) != 1)
		return 2;
	if (!strcmp(words[1], "opens") && count > 3)
		return opens(words[2], atoi(words[3]));
	if (!strcmp(words[1], "siblings"))
		return siblings(words[2]);
	printf("%d\n", opened(words[2]));
	return 0;
}
