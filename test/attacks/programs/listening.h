/* SPDX-License-Identifier: Apache-2.0 */
/* How the attacks that let others in wait for them. */
#ifndef LISTENING_H
#define LISTENING_H

#include "network.h"

/* Binds and listens, as a back door does. */
__attribute__((noreturn, unused)) static void open_door(int family, const void *address, int length)
{
	int fd = prepare("socket", socket(family, SOCK_STREAM, 0)), yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	intended("bind", bind(fd, address, length));
	intended("listen", listen(fd, 1));
	succeed("listen");
}

#endif
