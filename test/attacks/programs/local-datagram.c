/* SPDX-License-Identifier: Apache-2.0 */
/* Sends a datagram to a daemon of the user's, without ever connecting. */
#define ATTACK "local-datagram"
#include "attack.h"
#include "local.h"

int main(int count, char **argument)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = prepare("socket", socket(AF_UNIX, SOCK_DGRAM, 0));

	(void)count;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/datagrams", argument[1]);
	intended("sendto", sendto(fd, "click", 5, 0, (void *)&address, sizeof(address)));
	succeed("sendto");
}
