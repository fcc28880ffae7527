/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens and closes files, as often as it is told: one line in ("COUNT PATH"), one line out (nanoseconds of CLOCK_MONOTONIC for all
 * of them, or "-errno"). Where the guest's clock counts instructions, these are instructions.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int64_t measure(long count, const char *path)
{
	int64_t begin = now();

	for (long i = 0; i < count; i++) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			return -errno;
		close(fd);
	}
	return now() - begin;
}

int main(void)
{
	static char line[65536];

	while (fgets(line, sizeof(line), stdin)) {
		char *path;
		long count = strtol(line, &path, 10);

		path[strcspn(path, "\n")] = 0;
		printf("%" PRId64 "\n", measure(count, path + 1));
		fflush(stdout);
	}
	return 0;
}
