/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring connects from a kernel worker thread, which is not the task that asked. */
#define ATTACK "deputy-io-uring"
#include "attack.h"
#include "local.h"
#include "ring.h"

int main(void)
{
	struct sockaddr_un address;
	socklen_t length = local_address(&address, "/run/systemd/journal/stdout", strlen("/run/systemd/journal/stdout"));
	int fd = prepare("socket", socket(AF_UNIX, SOCK_STREAM, 0));

	intended("connect", through_ring(RING_ASKED, (struct io_uring_sqe){
		.opcode = IORING_OP_CONNECT, .fd = fd, .addr = (unsigned long)&address, .off = length }));
	expect_local_answer("connect", fd);
}
