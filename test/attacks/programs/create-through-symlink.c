/* SPDX-License-Identifier: Apache-2.0 */
/* The same by writing through a dangling link of the granted directory. */
#define ATTACK "create-through-symlink"
#include "attack.h"

int main(int count, char **argument)
{
	char *link = text("%s/notes", argument[2]);
	int fd;

	(void)count;
	prepare("symlink", symlink(text("%s/authorized_keys", argument[1]), link));
	fd = intended("open", open(link, O_WRONLY | O_CREAT, 0600));
	prepare("write", write(fd, "planted\n", 8));
	succeed("open");
}
