/* SPDX-License-Identifier: Apache-2.0 */
/* One operation through io_uring: by a kernel worker thread, or by a thread that polls, neither of which is the task that asked. */
#ifndef RING_H
#define RING_H

#include <linux/io_uring.h>
#include <sys/mman.h>

/* How the kernel is told that there is something to do. */
enum ring_kind { RING_ASKED, RING_POLLED };

__attribute__((unused)) static void wake_poller(int ring, const unsigned *flags)
{
	if (__atomic_load_n(flags, __ATOMIC_ACQUIRE) & IORING_SQ_NEED_WAKEUP)
		prepare("io_uring_enter", syscall(SYS_io_uring_enter, ring, 1, 0, IORING_ENTER_SQ_WAKEUP, NULL, 0));
}

/* What the operation came to: 0 or more, or -1 with errno. */
__attribute__((unused)) static int through_ring(enum ring_kind kind, struct io_uring_sqe operation)
{
	struct io_uring_params parameters = { .flags = kind == RING_POLLED ? IORING_SETUP_SQPOLL : 0, .sq_thread_idle = 1000 };
	int ring = prepare("io_uring_setup", syscall(SYS_io_uring_setup, 4, &parameters));
	char *submit = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entry = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	struct io_uring_cqe *done;
	unsigned *tail;

	if (submit == MAP_FAILED || entry == MAP_FAILED)
		prepare("mmap", -1);
	*entry = operation;
	if (kind == RING_ASKED)
		entry->flags |= IOSQE_ASYNC;
	tail = (unsigned *)(submit + parameters.sq_off.tail);
	((unsigned *)(submit + parameters.sq_off.array))[*tail & *(unsigned *)(submit + parameters.sq_off.ring_mask)] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (kind == RING_POLLED)
		wake_poller(ring, (unsigned *)(submit + parameters.sq_off.flags));
	prepare("io_uring_enter",
		syscall(SYS_io_uring_enter, ring, kind == RING_ASKED, 1, IORING_ENTER_GETEVENTS, NULL, 0));
	done = (struct io_uring_cqe *)(submit + parameters.cq_off.cqes);
	if (done->res >= 0)
		return done->res;
	errno = -done->res;
	return -1;
}

#endif
