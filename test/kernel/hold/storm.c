/* SPDX-License-Identifier: Apache-2.0 */
/*
 * storm THREADS SECONDS PLACE FILES PROGRAM [STOP]: every thread makes calls that are asked about, for so long or until the file
 * STOP is there, and counts what became of them. In PLACE lie FILES files `file-N`; each thread also creates and unlinks names
 * of its own, makes folders, and runs PROGRAM. It begins when a byte comes in.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_THREADS 64
#define NS 1000000000LL

static const char *place;
static const char *program;
static const char *stop;
static int files;
static long long end_ns;
static atomic_long calls, allowed, denied, leaked, odd, left_behind, wrong_exclusive;
static atomic_llong longest_ns;

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS + now.tv_nsec;
}

static int count(int result, long long since)
{
	long long took = now_ns() - since, longest = longest_ns;
	int error = result < 0 ? errno : 0;

	calls++;
	while (took > longest && !atomic_compare_exchange_weak(&longest_ns, &longest, took))
		;
	if (!error)
		allowed++;
	else if (error == EPERM)
		denied++;
	else if (error == 513 || error == 512 || error == 514 || error == 516)
		leaked++;
	else if (error != EEXIST) {
		odd++;
		fprintf(stderr, "errno %d\n", error);
	}
	return error;
}

static void open_one(unsigned int *seed)
{
	char path[256];
	long long since;
	int fd;

	snprintf(path, sizeof(path), "%s/file-%d", place, rand_r(seed) % files);
	since = now_ns();
	fd = open(path, rand_r(seed) % 2 ? O_RDONLY : O_WRONLY);
	count(fd, since);
	if (fd >= 0)
		close(fd);
}

/* O_EXCL makes a file or leaves none: an existing one would be ours, and there is none. */
static void create_one(int thread, unsigned int *seed, long round)
{
	char path[256];
	struct stat facts;
	long long since;
	int fd, error;

	snprintf(path, sizeof(path), "%s/new-%d-%ld", place, thread, round);
	since = now_ns();
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | (rand_r(seed) % 2 ? O_TRUNC : 0), 0600);
	error = count(fd, since);
	if (error == EEXIST)
		wrong_exclusive++;
	if (fd >= 0)
		close(fd);
	if (error && !stat(path, &facts))
		left_behind++;
	if (!error) {
		since = now_ns();
		count(unlink(path), since);
	}
}

static void make_directory(int thread, long round)
{
	char path[256];
	struct stat facts;
	long long since = now_ns();

	snprintf(path, sizeof(path), "%s/folder-%d-%ld", place, thread, round);
	if (count(mkdir(path, 0700), since) && !stat(path, &facts))
		left_behind++;
}

/* A child that executes; its calls are counted by its status. */
static void run_one(void)
{
	long long since = now_ns();
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		execl(program, program, (char *)0);
		_exit(errno == EPERM ? 1 : errno == 513 ? 2 : 3);
	}
	waitpid(child, &status, 0);
	errno = WIFSIGNALED(status) || WEXITSTATUS(status) == 3 ? EIO : WEXITSTATUS(status) == 2 ? 513 : EPERM;
	count(status ? -1 : 0, since);
}

static void *storm(void *number)
{
	int thread = (int)(long)number;
	unsigned int seed = thread * 7919 + 1;

	for (long round = 0; now_ns() < end_ns && !(stop && !access(stop, F_OK)); round++) {
		/* without a helper every call is refused at once: no flood of that */
		if (stop)
			usleep(20000);
		switch (rand_r(&seed) % 8) {
		case 0:
			create_one(thread, &seed, round);
			break;
		case 1:
			make_directory(thread, round);
			break;
		case 2:
			if (round % 4 == 0)
				run_one();
			break;
		default:
			open_one(&seed);
		}
	}
	return NULL;
}

int main(int count_of_words, char **words)
{
	pthread_t threads[MOST_THREADS];
	int number = count_of_words > 1 ? atoi(words[1]) : 0;
	char byte;

	if (count_of_words < 6 || number < 1 || number > MOST_THREADS)
		return 2;
	place = words[3];
	files = atoi(words[4]);
	program = words[5];
	stop = count_of_words > 6 ? words[6] : NULL;
	if (read(0, &byte, 1) != 1)
		return 2;
	end_ns = now_ns() + atoi(words[2]) * NS;
	for (long i = 0; i < number; i++)
		if (pthread_create(&threads[i], NULL, storm, (void *)i))
			return 2;
	for (int i = 0; i < number; i++)
		pthread_join(threads[i], NULL);
	printf("{\"calls\":%ld,\"allowed\":%ld,\"denied\":%ld,\"leaked\":%ld,\"odd\":%ld,\"leftBehind\":%ld,\"wrongExclusive\":%ld,\"longestMs\":%lld}\n",
	       calls, allowed, denied, leaked, odd, left_behind, wrong_exclusive, longest_ns / 1000000);
	return 0;
}
