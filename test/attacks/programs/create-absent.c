/* SPDX-License-Identifier: Apache-2.0 */
/* Plants a file whose name does not exist yet: ~/.ssh/authorized_keys. */
#define ATTACK "create-absent"
#include "attack.h"

int main(int count, char **argument)
{
	int fd = intended("open", open(text("%s/authorized_keys", argument[1]), O_WRONLY | O_CREAT | O_EXCL, 0600));

	(void)count;
	prepare("write", write(fd, "planted\n", 8));
	succeed("open");
}
