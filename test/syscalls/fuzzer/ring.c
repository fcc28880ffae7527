/* SPDX-License-Identifier: Apache-2.0 */
/* The same calls by io_uring: at once, by its workers, or by a thread of the kernel's that polls. */
#include "sockets.h"
#include "calls.h"
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/time_types.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define ENTRIES 8
#define MOST_RINGS 4
#define WAIT_NS 30000000

struct ring {
	int fd;
	unsigned flags;
	unsigned *sq_head, *sq_tail, *sq_mask, *sq_array, *sq_flags, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *entries;
	struct io_uring_cqe *completions;
	/* what entries point to has to outlive the call that submits them */
	char from[PATH_BYTES], to[PATH_BYTES];
	unsigned char buffer[8192];
	union address address;
	struct open_how how;
	struct iovec part;
	struct msghdr message;
	struct statx status;
};

static struct ring rings[MOST_RINGS];

static int map_ring(struct ring *ring, const struct io_uring_params *told)
{
	size_t bytes = told->cq_off.cqes + told->cq_entries * sizeof(struct io_uring_cqe) + 4096;
	char *queue = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
	void *entries = mmap(NULL, told->sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
			     IORING_OFF_SQES);

	if (queue == MAP_FAILED || entries == MAP_FAILED)
		return -1;
	ring->sq_head = (void *)(queue + told->sq_off.head);
	ring->sq_tail = (void *)(queue + told->sq_off.tail);
	ring->sq_mask = (void *)(queue + told->sq_off.ring_mask);
	ring->sq_array = (void *)(queue + told->sq_off.array);
	ring->sq_flags = (void *)(queue + told->sq_off.flags);
	ring->cq_head = (void *)(queue + told->cq_off.head);
	ring->cq_tail = (void *)(queue + told->cq_off.tail);
	ring->cq_mask = (void *)(queue + told->cq_off.ring_mask);
	ring->completions = (void *)(queue + told->cq_off.cqes);
	ring->entries = entries;
	return 0;
}

static void do_setup(struct thread *thread)
{
	static const unsigned FLAGS[] = { 0, 0, IORING_SETUP_SQPOLL, IORING_SETUP_SUBMIT_ALL, IORING_SETUP_COOP_TASKRUN };
	struct io_uring_params wanted = { .flags = PICK(&thread->dice, FLAGS), .sq_thread_idle = 20 };
	struct ring *ring = &rings[thread->number % MOST_RINGS];
	int old = ring->fd, fd = CALL(thread, io_uring_setup, ENTRIES, &wanted);

	if (fd < 0)
		return;
	ring->fd = fd;
	ring->flags = wanted.flags;
	if (map_ring(ring, &wanted)) {
		close(fd);
		ring->fd = 0;
	}
	if (old > 2)
		close(old);
}

/* The next entry, cleared; NULL when there is no ring or no room. */
static struct io_uring_sqe *entry(struct thread *thread, unsigned char operation)
{
	struct ring *ring = &rings[thread->number % MOST_RINGS];
	struct io_uring_sqe *sqe;

	if (ring->fd <= 2) {
		do_setup(thread);
		if (ring->fd <= 2)
			return NULL;
	}
	if (*ring->sq_tail - __atomic_load_n(ring->sq_head, __ATOMIC_ACQUIRE) > *ring->sq_mask)
		return NULL;
	sqe = &ring->entries[*ring->sq_tail & *ring->sq_mask];
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = operation;
	sqe->fd = AT_FDCWD;
	sqe->user_data = operation;
	if (once_in(&thread->dice, 2))
		sqe->flags |= IOSQE_ASYNC;
	return sqe;
}

static void take_completions(struct thread *thread, struct ring *ring)
{
	unsigned head = *ring->cq_head;

	while (head != __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE)) {
		struct io_uring_cqe *cqe = &ring->completions[head & *ring->cq_mask];
		unsigned operation = cqe->user_data;
		int result = cqe->res;

		errno = result < 0 ? -result : 0;
		ended(thread, result < 0 ? -1 : result);
		if (result > 0 && (operation == IORING_OP_READ || operation == IORING_OP_RECVMSG || operation == IORING_OP_GETXATTR))
			scan(thread, ring->buffer, result, -1);
		if (result > 2 && (operation == IORING_OP_OPENAT || operation == IORING_OP_OPENAT2)) {
			keep(thread, result, FILE_FD);
			scan(thread, thread->buffer, QUIET(pread64, result, thread->buffer, 4096, 0), result);
		}
		if (result > 2 && operation == IORING_OP_SOCKET)
			keep(thread, result, SOCKET);
		head++;
	}
	__atomic_store_n(ring->cq_head, head, __ATOMIC_RELEASE);
}

static void submit(struct thread *thread)
{
	struct ring *ring = &rings[thread->number % MOST_RINGS];
	struct __kernel_timespec wait = { .tv_nsec = WAIT_NS };
	struct io_uring_getevents_arg argument = { .ts = (uintptr_t)&wait };
	unsigned flags = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, at = *ring->sq_tail & *ring->sq_mask;

	ring->sq_array[at] = at;
	__atomic_store_n(ring->sq_tail, *ring->sq_tail + 1, __ATOMIC_RELEASE);
	if (ring->flags & IORING_SETUP_SQPOLL)
		flags |= IORING_ENTER_SQ_WAKEUP;
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, flags, &argument, sizeof(argument)) < 0 && errno == EBADF)
		ring->fd = 0;
	take_completions(thread, ring);
}

/* The queues and the memory of this thread's ring, for an operation on one or two paths. */
static struct ring *ring_of(struct thread *thread)
{
	return &rings[thread->number % MOST_RINGS];
}

static int some_open_flags(struct thread *thread)
{
	static const int FLAGS[] = { O_RDONLY, O_RDONLY, O_RDWR, O_RDWR | O_CREAT, O_RDWR | O_TRUNC, O_RDONLY | O_DIRECTORY, O_PATH };

	return PICK(&thread->dice, FLAGS) | O_NONBLOCK;
}

static void do_ring_openat(struct thread *thread)
{
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_OPENAT);

	if (!sqe)
		return;
	sqe->addr = (uintptr_t)path_to(thread, CLOSED_PLACE, ring_of(thread)->from);
	sqe->open_flags = some_open_flags(thread);
	sqe->len = 0640;
	submit(thread);
}

static void do_ring_openat2(struct thread *thread)
{
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_OPENAT2);
	struct ring *ring = ring_of(thread);

	if (!sqe)
		return;
	ring->how = (struct open_how){ .flags = some_open_flags(thread) };
	if (ring->how.flags & O_CREAT)
		ring->how.mode = 0640;
	sqe->addr = (uintptr_t)path_to(thread, ANYWHERE, ring->from);
	sqe->addr2 = (uintptr_t)&ring->how;
	sqe->len = sizeof(ring->how);
	submit(thread);
}

/* Operations with two paths take them in the same fields. */
static void two_ended(struct thread *thread, unsigned char operation, unsigned flags)
{
	struct io_uring_sqe *sqe = entry(thread, operation);
	struct ring *ring = ring_of(thread);

	if (!sqe)
		return;
	sqe->addr = (uintptr_t)path_to(thread, CLOSED_PLACE, ring->from);
	sqe->addr2 = (uintptr_t)path_to(thread, OPEN_PLACE, ring->to);
	if (operation != IORING_OP_SYMLINKAT)
		sqe->len = AT_FDCWD;
	sqe->rename_flags = flags;
	submit(thread);
	remember(thread, ring->to);
}

static void do_ring_renameat(struct thread *thread)
{
	two_ended(thread, IORING_OP_RENAMEAT, pick(&thread->dice, 3));
}

static void do_ring_linkat(struct thread *thread)
{
	two_ended(thread, IORING_OP_LINKAT, once_in(&thread->dice, 2) ? AT_SYMLINK_FOLLOW : 0);
}

static void do_ring_symlinkat(struct thread *thread)
{
	two_ended(thread, IORING_OP_SYMLINKAT, 0);
}

static void do_ring_unlinkat(struct thread *thread)
{
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_UNLINKAT);

	if (!sqe)
		return;
	sqe->addr = (uintptr_t)path_to(thread, ANYWHERE, ring_of(thread)->from);
	sqe->unlink_flags = once_in(&thread->dice, 3) ? AT_REMOVEDIR : 0;
	submit(thread);
}

static void do_ring_mkdirat(struct thread *thread)
{
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_MKDIRAT);

	if (!sqe)
		return;
	sqe->addr = (uintptr_t)path_to(thread, ANYWHERE, ring_of(thread)->from);
	sqe->len = 0755;
	submit(thread);
}

static void do_ring_statx(struct thread *thread)
{
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_STATX);

	if (!sqe)
		return;
	sqe->addr = (uintptr_t)path_to(thread, ANYWHERE, ring_of(thread)->from);
	sqe->addr2 = (uintptr_t)&ring_of(thread)->status;
	sqe->len = STATX_ALL;
	submit(thread);
}

static void do_ring_xattr(struct thread *thread)
{
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_SETXATTR);
	struct ring *ring = ring_of(thread);

	if (!sqe)
		return;
	sqe->addr = (uintptr_t) "user.a";
	sqe->addr2 = (uintptr_t) "w";
	sqe->addr3 = (uintptr_t)path_to(thread, ANYWHERE, ring->from);
	sqe->len = 1;
	submit(thread);
}

/*
 * On 6.1 a ring that reads itself may go round in io_uring_enter for 2^32 times, and no signal ends it: the tries that the kernel counts
 * (APOLL_MAX_RETRY) go below 0 there.
 */
static int some_fd_but_rings(struct thread *thread)
{
	int fd = some_fd(thread, FILE_FD);

	/* nothing to submit, nothing to wait for */
	return fd > 2 && !syscall(SYS_io_uring_enter, fd, 0, 0, 0, NULL, 0) ? -1 : fd;
}

static void do_ring_read(struct thread *thread)
{
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_READ);

	if (!sqe)
		return;
	sqe->fd = some_fd_but_rings(thread);
	sqe->addr = (uintptr_t)ring_of(thread)->buffer;
	sqe->len = sizeof(ring_of(thread)->buffer);
	submit(thread);
}

static void do_ring_write(struct thread *thread)
{
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_WRITE);

	if (!sqe)
		return;
	sqe->fd = some_fd_but_rings(thread);
	sqe->addr = (uintptr_t) "written";
	sqe->len = 7;
	submit(thread);
}

static void do_ring_splice(struct thread *thread)
{
	int file = some_fd(thread, FILE_FD), end = some_fd(thread, PIPE_END), out = once_in(&thread->dice, 2);
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_SPLICE);

	if (!sqe)
		return;
	sqe->splice_fd_in = out ? file : end;
	sqe->fd = out ? end : file;
	sqe->splice_off_in = sqe->off = -1;
	sqe->len = 4096;
	sqe->splice_flags = 2 /* SPLICE_F_NONBLOCK */;
	submit(thread);
}

static void do_ring_connect(struct thread *thread)
{
	struct ring *ring = ring_of(thread);
	socklen_t length = some_address(thread, &ring->address);
	int fd = socket(ring->address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_CONNECT);

	keep(thread, fd, SOCKET);
	if (!sqe)
		return;
	sqe->fd = fd;
	sqe->addr = (uintptr_t)&ring->address;
	sqe->off = length;
	submit(thread);
}

static void do_ring_sendmsg(struct thread *thread)
{
	struct ring *ring = ring_of(thread);
	socklen_t length = some_address(thread, &ring->address);
	int fd = socket(ring->address.any.sa_family, (once_in(&thread->dice, 3) ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK, 0);
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_SENDMSG);

	keep(thread, fd, SOCKET);
	if (!sqe)
		return;
	ring->part = (struct iovec){ "sent", 4 };
	ring->message = (struct msghdr){ .msg_name = &ring->address, .msg_namelen = length, .msg_iov = &ring->part, .msg_iovlen = 1 };
	sqe->fd = fd;
	sqe->addr = (uintptr_t)&ring->message;
	sqe->len = 1;
	sqe->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL | (once_in(&thread->dice, 3) ? MSG_FASTOPEN : 0);
	submit(thread);
}

static void do_ring_socket(struct thread *thread)
{
	static const int FAMILIES[] = { AF_INET, AF_INET6, AF_UNIX, AF_PACKET, AF_VSOCK };
	struct io_uring_sqe *sqe = entry(thread, IORING_OP_SOCKET);

	if (!sqe)
		return;
	sqe->fd = PICK(&thread->dice, FAMILIES);
	sqe->off = once_in(&thread->dice, 2) ? SOCK_STREAM : SOCK_DGRAM;
	submit(thread);
}

const struct call RING_CALLS[] = {
	{ "io_uring_setup", 2, do_setup },
	{ "io_uring openat", 6, do_ring_openat },
	{ "io_uring openat2", 4, do_ring_openat2 },
	{ "io_uring renameat", 4, do_ring_renameat },
	{ "io_uring linkat", 4, do_ring_linkat },
	{ "io_uring symlinkat", 2, do_ring_symlinkat },
	{ "io_uring unlinkat", 3, do_ring_unlinkat },
	{ "io_uring mkdirat", 2, do_ring_mkdirat },
	{ "io_uring statx", 1, do_ring_statx },
	{ "io_uring setxattr", 1, do_ring_xattr },
	{ "io_uring read", 4, do_ring_read },
	{ "io_uring write", 2, do_ring_write },
	{ "io_uring splice", 3, do_ring_splice },
	{ "io_uring connect", 4, do_ring_connect },
	{ "io_uring sendmsg", 4, do_ring_sendmsg },
	{ "io_uring socket", 1, do_ring_socket },
	{ NULL, 0, NULL },
};
