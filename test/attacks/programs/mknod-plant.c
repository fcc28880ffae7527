/* SPDX-License-Identifier: Apache-2.0 */
/* Plants a FIFO in place of a file that other programs will read. */
#define ATTACK "mknod-plant"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	intended("mknod", mkfifo(text("%s/config", argument[1]), 0600));
	succeed("mknod");
}
