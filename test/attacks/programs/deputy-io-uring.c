/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring connects from a kernel worker thread, which is not the task that asked. */
#define ATTACK "deputy-io-uring"
#include "attack.h"
#include "local.h"
#include <linux/io_uring.h>
#include <sys/mman.h>

int main(void)
{
	struct io_uring_params parameters = { 0 };
	struct sockaddr_un address;
	socklen_t length = local_address(&address, "/run/systemd/journal/stdout", strlen("/run/systemd/journal/stdout"));
	int fd = prepare("socket", socket(AF_UNIX, SOCK_STREAM, 0));
	int ring = prepare("io_uring_setup", syscall(SYS_io_uring_setup, 4, &parameters));
	char *submit = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entry = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	struct io_uring_cqe *done;
	unsigned *tail;

	if (submit == MAP_FAILED || entry == MAP_FAILED)
		prepare("mmap", -1);
	*entry = (struct io_uring_sqe){ .opcode = IORING_OP_CONNECT, .flags = IOSQE_ASYNC, .fd = fd,
					.addr = (unsigned long)&address, .off = length };
	tail = (unsigned *)(submit + parameters.sq_off.tail);
	((unsigned *)(submit + parameters.sq_off.array))[*tail & *(unsigned *)(submit + parameters.sq_off.ring_mask)] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	prepare("io_uring_enter", syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
	done = (struct io_uring_cqe *)(submit + parameters.cq_off.cqes);
	if (done->res < 0) {
		errno = -done->res;
		intended("connect", -1);
	}
	expect_local_answer("connect", fd);
}
