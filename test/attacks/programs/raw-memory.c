/* SPDX-License-Identifier: Apache-2.0 */
/* As root: the machine's memory as a file. */
#define ATTACK "raw-memory"
#include "attack.h"
#include "device.h"

int main(void)
{
	open_device("/dev/mem", O_RDONLY);
}
