/* SPDX-License-Identifier: Apache-2.0 */
/* A back door on loopback: any program of the machine can come in. */
#define ATTACK "listen-ipv4"
#include "attack.h"
#include "listening.h"

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);

	open_door(AF_INET, &address, sizeof(address));
}
