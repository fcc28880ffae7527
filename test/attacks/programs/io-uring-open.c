/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring opens the key from a kernel worker thread (IOSQE_ASYNC), which is not the task that asked. */
#define ATTACK "io-uring-open"
#include "attack.h"
#include <linux/io_uring.h>
#include <sys/mman.h>

int main(int count, char **argument)
{
	struct io_uring_params parameters = { 0 };
	int ring = prepare("io_uring_setup", syscall(SYS_io_uring_setup, 4, &parameters));
	size_t bytes = parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned);
	size_t done_bytes = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
	char *submit = mmap(NULL, bytes > done_bytes ? bytes : done_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			    ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entry = mmap(NULL, parameters.sq_entries * sizeof(*entry), PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	struct io_uring_cqe *done;
	unsigned *tail;

	(void)count;
	if (submit == MAP_FAILED || entry == MAP_FAILED)
		prepare("mmap", -1);
	*entry = (struct io_uring_sqe){ .opcode = IORING_OP_OPENAT, .flags = IOSQE_ASYNC, .fd = AT_FDCWD,
					.addr = (unsigned long)text("%s/id_rsa", argument[1]), .open_flags = O_RDONLY };
	tail = (unsigned *)(submit + parameters.sq_off.tail);
	((unsigned *)(submit + parameters.sq_off.array))[*tail & *(unsigned *)(submit + parameters.sq_off.ring_mask)] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	prepare("io_uring_enter", syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
	done = (struct io_uring_cqe *)(submit + parameters.cq_off.cqes);
	if (done->res < 0) {
		errno = -done->res;
		intended("open", -1);
	}
	leak("open", done->res);
}
