/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a file by a user number that is no person's, as whoever has subordinate ones can (subuid(5)): in a user namespace, with the rights
 * over the person's own files that its root has. Usage: borrowed-uid FILE; says “map PID” and waits until root has mapped 0 and 1 there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **argument)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct rights[2];
	char bytes[64];
	int file;

	if (count != 2 || unshare(CLONE_NEWUSER) < 0)
		return 1;
	printf("map %d\n", getpid());
	fflush(stdout);
	while (getuid() != 0)
		usleep(20000);
	setfsuid(1);
	/* what the change of the number has taken away is still permitted */
	if (syscall(SYS_capget, &header, rights) < 0)
		return 1;
	for (int half = 0; half < 2; half++)
		rights[half].effective = rights[half].permitted;
	if (syscall(SYS_capset, &header, rights) < 0)
		return 1;
	file = open(argument[1], O_RDONLY);
	printf("borrowed=%d as %d\n", file >= 0 && read(file, bytes, sizeof(bytes)) > 0 ? 0 : errno, setfsuid(-1));
	return 0;
}
