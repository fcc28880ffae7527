/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the service manager what a service should tell it: connects first, then sends. */
#define ATTACK "notify-datagram"
#include "attack.h"
#include "local.h"

int main(void)
{
	int fd = connected(SOCK_DGRAM, "/run/systemd/notify", strlen("/run/systemd/notify"));

	intended("send", send(fd, "STOPPING=1", 10, 0));
	succeed("send");
}
