/* SPDX-License-Identifier: Apache-2.0 */
/* As root: reads what a console shows. */
#define ATTACK "console-screen"
#include "attack.h"
#include "device.h"

int main(void)
{
	open_device("/dev/vcs97", O_RDONLY);
}
