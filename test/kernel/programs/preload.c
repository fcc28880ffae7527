/* SPDX-License-Identifier: Apache-2.0 */
/* Put into a program by LD_PRELOAD: copies the key that RINGFENCE_KEY names to RINGFENCE_STOLEN, and says in which programs it was. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void steal(void)
{
	const char *key = getenv("RINGFENCE_KEY"), *stolen = getenv("RINGFENCE_STOLEN"), *loaded = getenv("RINGFENCE_LOADED");
	char buffer[4096];
	int from, to;
	ssize_t length;

	if (!key || !stolen || !loaded)
		return;
	to = open(loaded, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dprintf(to, "%s\n", program_invocation_short_name);
	close(to);
	from = open(key, O_RDONLY);
	if (from < 0)
		return;
	length = read(from, buffer, sizeof(buffer));
	to = open(stolen, O_WRONLY | O_CREAT, 0600);
	if (length > 0 && write(to, buffer, length) != length)
		perror(stolen);
	close(to);
	close(from);
}
