/* SPDX-License-Identifier: Apache-2.0 */
/* As root: reads the disk on which the victim's files lie, past every path. */
#define ATTACK "raw-disk"
#include "attack.h"

int main(void)
{
	char sector[512];

	prepare("read", read(intended("open", open("/dev/vda", O_RDONLY | O_CLOEXEC)), sector, sizeof(sector)));
	succeed("open");
}
