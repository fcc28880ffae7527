/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a keyboard that types into whatever window is in front, the guard's own question included. The user may open the device. */
#define ATTACK "type-on-desktop"
#include "attack.h"
#include "device.h"

int main(void)
{
	open_device("/dev/uinput", O_WRONLY);
}
