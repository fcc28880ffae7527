/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring connects over TCP from a kernel worker thread. */
#define ATTACK "io-uring-connect"
#include "attack.h"
#include "network.h"
#include "ring.h"

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);
	int fd = prepare("socket", socket(AF_INET, SOCK_STREAM, 0));

	intended("connect", through_ring(RING_ASKED, (struct io_uring_sqe){
		.opcode = IORING_OP_CONNECT, .fd = fd, .addr = (unsigned long)&address, .off = sizeof(address) }));
	prepare("send", send(fd, "hello\n", 6, MSG_NOSIGNAL));
	expect_answer("connect", fd);
}
