/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a file as fast as it can until its input ends. Usage: spinner FILE; begins with a byte; prints "attempts N, opened M". */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define BETWEEN_LOOKS 256

int main(int argc, char **argv)
{
	struct pollfd input = { .fd = 0, .events = POLLIN };
	long attempts = 0, opened = 0;
	char go;

	if (argc < 2 || read(0, &go, 1) != 1)
		return 2;
	do {
		for (int i = 0; i < BETWEEN_LOOKS; i++) {
			int fd = open(argv[1], O_RDONLY);

			attempts++;
			if (fd >= 0) {
				opened++;
				close(fd);
			}
		}
	} while (poll(&input, 1, 0) == 0);
	printf("attempts %ld, opened %ld\n", attempts, opened);
	return 0;
}
