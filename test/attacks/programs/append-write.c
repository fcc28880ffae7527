/* SPDX-License-Identifier: Apache-2.0 */
/* Adds a line to a file of the victim that exists. */
#define ATTACK "append-write"
#include "attack.h"

int main(int count, char **argument)
{
	int fd = intended("open", open(text("%s/id_rsa", argument[1]), O_WRONLY | O_APPEND));

	(void)count;
	prepare("write", write(fd, "planted\n", 8));
	succeed("write");
}
