/* SPDX-License-Identifier: Apache-2.0 */
/* An IPv4 socket takes an address without a family for one of its own. */
#define ATTACK "listen-unspecified"
#include "attack.h"
#include "listening.h"

int main(int count, char **argument)
{
	struct sockaddr_in address = { .sin_family = AF_UNSPEC, .sin_port = htons(atoi(argument[count - 1])) };

	open_door(AF_INET, &address, sizeof(address));
}
