/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the process of the same user that the attacks on other processes are about; see stranger.c. */
#ifndef STRANGER_H
#define STRANGER_H

#include <dirent.h>

#define STRANGER "stranger"
#define STRANGERS_MEMORY 0x52464e47
#define STRANGERS_QUEUE 0x52464e48
#define STRANGERS_SEMAPHORES 0x52464e49
#define STRANGERS_KEY "ringfence-stranger"
#define STRANGERS_DESCRIPTOR 40
#define STRANGERS_BYTES 0x10000000UL /* address at which its secret lies */

struct strangers_message {
	long type;
	char bytes[64];
};

/* What has a number and no name: the kernel itself turns the guard's refusal into another one. */
__attribute__((unused)) static void refused_as_access(void)
{
	if (errno == EACCES)
		errno = EPERM;
}

/* A process by what stands in a file of /proc about it; 0: there is none. */
__attribute__((unused)) static pid_t process_by(const char *file, const char *words)
{
	DIR *all = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	prepare("opendir", all ? 0 : -1);
	while (!found && (entry = readdir(all))) {
		char buffer[512] = { 0 };
		int fd = atoi(entry->d_name) > 0 ? open(text("/proc/%s/%s", entry->d_name, file), O_RDONLY | O_CLOEXEC) : -1;
		ssize_t length = fd < 0 ? 0 : read(fd, buffer, sizeof(buffer) - 1);

		if (length > 0 && memmem(buffer, length, words, strlen(words)))
			found = atoi(entry->d_name);
		if (fd >= 0)
			close(fd);
	}
	closedir(all);
	return found;
}

__attribute__((unused)) static pid_t stranger(void)
{
	pid_t found = process_by("comm", STRANGER);

	if (!found)
		finish(BROKEN, "there is no stranger", 0, 0);
	return found;
}

#endif
