/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for a trusted program that is made to run code of the user's: loader map|protect CODE SECRET prints how reading SECRET ended. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int count, char **argument)
{
	int now = count == 4 && !strcmp(argument[1], "map");
	int code = count == 4 ? open(argument[2], O_RDONLY | O_CLOEXEC) : -1, secret;
	void *at = code < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | (now ? PROT_EXEC : 0), MAP_PRIVATE, code, 0);

	if (at == MAP_FAILED || (!now && mprotect(at, 4096, PROT_READ | PROT_EXEC)))
		return 2;
	secret = open(argument[3], O_RDONLY | O_CLOEXEC);
	printf("read=%d\n", secret < 0 ? errno : 0);
	return 0;
}
