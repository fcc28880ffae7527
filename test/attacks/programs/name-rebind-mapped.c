/* SPDX-License-Identifier: Apache-2.0 */
/* The same in the other spelling: an IPv4 address of this machine, written as IPv6. */
#define ATTACK "name-rebind-mapped"
#include "attack.h"
#include "names.h"

int main(int count, char **argument)
{
	struct sockaddr_in6 address = address6(argument[count - 1], "::ffff:127.0.0.1");

	look_up("mapped.example.org");
	connect_and_send(AF_INET6, 0, &address, sizeof(address));
}
