/* SPDX-License-Identifier: Apache-2.0 */
/* A kernel thread that polls the ring (IORING_SETUP_SQPOLL) opens the key: no call of the agent's is under way. */
#define ATTACK "io-uring-polled"
#include "attack.h"
#include "ring.h"

int main(int count, char **argument)
{
	(void)count;
	leak("open", intended("open", through_ring(RING_POLLED, (struct io_uring_sqe){
		.opcode = IORING_OP_OPENAT, .fd = AT_FDCWD,
		.addr = (unsigned long)text("%s/id_rsa", argument[1]), .open_flags = O_RDONLY })));
}
