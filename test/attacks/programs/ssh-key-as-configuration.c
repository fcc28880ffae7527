/* SPDX-License-Identifier: Apache-2.0 */
/* ssh complains of each line of its configuration that it does not understand, and shows it: here the key is the configuration. */
#define ATTACK "ssh-key-as-configuration"
#include "borrowed.h"

int main(int count, char **argument)
{
	char buffer[4096] = "";
	int fd;

	(void)count;
	start_attack(argument);
	run_to_end((char *[]){ "ssh", "-F", getenv(SECRET), "h", NULL });
	fd = prepare("open", open("said", O_RDONLY | O_CLOEXEC));
	prepare("read", read(fd, buffer, sizeof(buffer) - 1));
	if (strstr(buffer, MARKER))
		finish(SUCCEEDED, "configuration", 0, 1);
	finish(strstr(buffer, strerror(EPERM)) ? REFUSED : BROKEN, "configuration", EPERM, 0);
}
