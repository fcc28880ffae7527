/* SPDX-License-Identifier: Apache-2.0 */
/* Usage: probe NAME PATH… : says which of the files can be read, as `NAME yes no …`. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int count, char **argument)
{
	printf("%s", count > 1 ? argument[1] : "");
	for (int i = 2; i < count; i++) {
		int fd = open(argument[i], O_RDONLY);

		printf(" %s", fd < 0 ? "no" : "yes");
		if (fd >= 0)
			close(fd);
	}
	puts("");
	return 0;
}
