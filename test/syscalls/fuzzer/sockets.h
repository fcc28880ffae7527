/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOCKETS_H
#define SOCKETS_H

#include "fuzzer.h"
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un local;
};

/* An address that is granted, one that is not, or one of the agent's own; its length. */
socklen_t some_address(struct thread *thread, union address *address);

#endif
