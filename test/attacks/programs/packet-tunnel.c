/* SPDX-License-Identifier: Apache-2.0 */
/* As root: an interface of its own in the machine's network, into which it writes packets that no rule on addresses sees. */
#define ATTACK "packet-tunnel"
#include "attack.h"
#include "device.h"

int main(void)
{
	open_device("/dev/net/tun", O_RDWR);
}
