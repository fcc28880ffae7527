/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for a trusted program. loader map|protect CODE SECRET is made to run code of the user's, loader later FILE SECRET waits until
 * FILE is gone. Prints how reading SECRET ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BETWEEN_US 20000

static int tell(const char *path)
{
	int secret = open(path, O_RDONLY | O_CLOEXEC);

	printf("read=%d\n", secret < 0 ? errno : 0);
	return 0;
}

static int later(const char *file, const char *secret)
{
	while (!access(file, F_OK))
		usleep(BETWEEN_US);
	return tell(secret);
}

int main(int count, char **argument)
{
	if (count == 4 && !strcmp(argument[1], "later"))
		return later(argument[2], argument[3]);

	int now = count == 4 && !strcmp(argument[1], "map");
	int code = count == 4 ? open(argument[2], O_RDONLY | O_CLOEXEC) : -1;
	void *at = code < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | (now ? PROT_EXEC : 0), MAP_PRIVATE, code, 0);

	if (at == MAP_FAILED || (!now && mprotect(at, 4096, PROT_READ | PROT_EXEC)))
		return 2;
	return tell(argument[3]);
}
