/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens files it may not open, again and again, until a file appears that says stop or the rounds are over. Static. Usage:
 * flood STOP ROUNDS FILE…; prints "attempts N, opened M".
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long rounds = atol(argv[2]), attempts = 0, opened = 0;

	for (long i = 0; i < rounds && access(argv[1], F_OK); i++) {
		int fd = open(argv[3 + i % (argc - 3)], O_RDONLY);

		attempts++;
		if (fd >= 0) {
			opened++;
			close(fd);
		}
		usleep(1000);
	}
	printf("attempts %ld, opened %ld\n", attempts, opened);
	return 0;
}
