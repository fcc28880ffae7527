/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring binds from a kernel worker thread (IOSQE_ASYNC), which is not the task that asked. */
#define ATTACK "io-uring-bind"
#include "attack.h"
#include "network.h"
#include "ring.h"

#define OPERATION_BIND 56 /* since Linux 6.11 */

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);
	int fd = prepare("socket", socket(AF_INET, SOCK_STREAM, 0)), yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	intended("bind", through_ring(RING_ASKED, (struct io_uring_sqe){
		.opcode = OPERATION_BIND, .fd = fd, .addr = (unsigned long)&address, .addr2 = sizeof(address) }));
	intended("listen", listen(fd, 1));
	succeed("bind");
}
