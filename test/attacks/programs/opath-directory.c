/* SPDX-License-Identifier: Apache-2.0 */
/* An O_PATH descriptor of the directory, and openat() relative to it: no absolute path at all. */
#define ATTACK "opath-directory"
#include "attack.h"

int main(int count, char **argument)
{
	int fd = prepare("open(O_PATH)", open(argument[1], O_PATH | O_DIRECTORY));

	(void)count;
	leak("open", intended("open", openat(fd, "keys/../id_rsa", O_RDONLY)));
}
