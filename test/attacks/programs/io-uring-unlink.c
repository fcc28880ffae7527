/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring removes the key from a kernel worker thread. */
#define ATTACK "io-uring-unlink"
#include "attack.h"
#include "ring.h"

int main(int count, char **argument)
{
	(void)count;
	intended("unlink", through_ring(RING_ASKED, (struct io_uring_sqe){
		.opcode = IORING_OP_UNLINKAT, .fd = AT_FDCWD, .addr = (unsigned long)text("%s/id_rsa", argument[1]) }));
	succeed("unlink");
}
