/* SPDX-License-Identifier: Apache-2.0 */
/* Speaks to the manager of devices, by a socket of packets in sequence. */
#define ATTACK "device-manager"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach(SOCK_SEQPACKET, "/run/udev/control");
}
