/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the keyboard past every window: passwords, as they are typed. The user is in the group that may. */
#define ATTACK "listen-to-keyboard"
#include "attack.h"
#include "device.h"

int main(void)
{
	open_device("/dev/input/event97", O_RDONLY);
}
