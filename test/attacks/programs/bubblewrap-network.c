/* SPDX-License-Identifier: Apache-2.0 */
/* Inside bubblewrap, which has left the network as it was. */
#define ATTACK "bubblewrap-network"
#include "attack.h"
#include "bubblewrap.h"
#include "network.h"

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(text("%s", argument[3]));

	if (count > 4 && is_inside(count, argument))
		connect_and_send(AF_INET, 0, &address, sizeof(address));
	char *vector[] = { "bwrap", SANDBOX, "--tmpfs", "/tmp", "--", argument[0], argument[1], argument[2], argument[3],
			   "inside", NULL };

	execv("/usr/bin/bwrap", vector);
	prepare("bwrap", -1);
}
