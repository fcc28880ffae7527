/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring sends a datagram from a thread that polls the ring, over a socket that was never connected. */
#define ATTACK "io-uring-send"
#include "attack.h"
#include "network.h"
#include "ring.h"

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);
	int fd = prepare("socket", socket(AF_INET, SOCK_DGRAM, 0));
	struct iovec part = { "hello\n", 6 };
	struct msghdr message = { .msg_name = &address, .msg_namelen = sizeof(address), .msg_iov = &part, .msg_iovlen = 1 };

	intended("sendmsg", through_ring(RING_POLLED, (struct io_uring_sqe){
		.opcode = IORING_OP_SENDMSG, .fd = fd, .addr = (unsigned long)&message, .len = 1 }));
	expect_answer("sendmsg", fd);
}
