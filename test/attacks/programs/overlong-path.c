/* SPDX-License-Identifier: Apache-2.0 */
/* A path of more than PATH_MAX bytes, reached by a chain of openat(): no buffer of a path length holds it. */
#define ATTACK "overlong-path"
#include "attack.h"

int main(int count, char **argument)
{
	int fd = prepare("open(O_PATH)", open(argument[1], O_PATH | O_DIRECTORY));
	char name[256];

	(void)count;
	memset(name, 'n', 255);
	name[255] = 0;
	for (int level = 0; level < 18; level++)
		fd = prepare("openat(O_PATH)", openat(fd, name, O_PATH | O_DIRECTORY));
	leak("open", intended("open", openat(fd, "id_rsa", O_RDONLY)));
}
