/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring opens the key from a kernel worker thread (IOSQE_ASYNC), which is not the task that asked. */
#define ATTACK "io-uring-open"
#include "attack.h"
#include "ring.h"

int main(int count, char **argument)
{
	(void)count;
	leak("open", intended("open", through_ring(RING_ASKED, (struct io_uring_sqe){
		.opcode = IORING_OP_OPENAT, .fd = AT_FDCWD,
		.addr = (unsigned long)text("%s/id_rsa", argument[1]), .open_flags = O_RDONLY })));
}
