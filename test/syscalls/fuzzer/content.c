/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that read, write and move bytes. */
#include "fuzzer.h"
#include "calls.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

static int any_source(struct thread *thread)
{
	static const unsigned char KINDS[] = { FILE_FD, FILE_FD, FILE_FD, DIRECTORY, PIPE_END, SOCKET, WATCH, ANY_KIND };

	return some_fd(thread, PICK(&thread->dice, KINDS));
}

static unsigned some_bytes(struct thread *thread)
{
	static const unsigned BYTES[] = { 1, 16, 64, 4096, 8192, BUFFER_BYTES };

	return PICK(&thread->dice, BYTES);
}

static void do_read(struct thread *thread)
{
	int fd = any_source(thread);

	scan(thread, thread->buffer, CALL(thread, read, fd, thread->buffer, some_bytes(thread)), fd);
}

static void do_pread64(struct thread *thread)
{
	int fd = any_source(thread);
	unsigned bytes = some_bytes(thread);

	scan(thread, thread->buffer, CALL(thread, pread64, fd, thread->buffer, bytes, pick(&thread->dice, 3) * 512), fd);
}

static void do_readv(struct thread *thread)
{
	struct iovec parts[2] = { { thread->buffer, 512 }, { thread->buffer + 512, BUFFER_BYTES - 512 } };
	int fd = any_source(thread);

	scan(thread, thread->buffer, CALL(thread, readv, fd, parts, 2), fd);
}

static void do_preadv2(struct thread *thread)
{
	static const int FLAGS[] = { 0, RWF_NOWAIT, RWF_HIPRI };
	struct iovec part = { thread->buffer, BUFFER_BYTES };
	int fd = any_source(thread);

	scan(thread, thread->buffer, CALL(thread, preadv2, fd, &part, 1, 0, 0, PICK(&thread->dice, FLAGS)), fd);
}

static void do_getdents64(struct thread *thread)
{
	int fd = some_fd(thread, DIRECTORY);

	scan(thread, thread->buffer, CALL(thread, getdents64, fd, thread->buffer, BUFFER_BYTES), fd);
}

static void fill(struct thread *thread, unsigned bytes)
{
	memset(thread->buffer, 'w', bytes);
}

static void do_write(struct thread *thread)
{
	unsigned bytes = some_bytes(thread);
	int fd = any_source(thread);

	fill(thread, bytes);
	CALL(thread, write, fd, thread->buffer, bytes);
}

static void do_pwrite64(struct thread *thread)
{
	int fd = some_fd(thread, FILE_FD);

	fill(thread, 64);
	CALL(thread, pwrite64, fd, thread->buffer, 64, pick(&thread->dice, 3) * 512);
}

static void do_writev(struct thread *thread)
{
	struct iovec part = { thread->buffer, 64 };
	int fd = any_source(thread);

	fill(thread, 64);
	CALL(thread, writev, fd, &part, 1);
}

static void do_lseek(struct thread *thread)
{
	int fd = some_fd(thread, FILE_FD);

	CALL(thread, lseek, fd, pick(&thread->dice, 2) * 64, once_in(&thread->dice, 8) ? SEEK_DATA : SEEK_SET);
}

static void do_mmap(struct thread *thread)
{
	static const int RIGHTS[] = { PROT_READ, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC, PROT_NONE };
	int fd = some_fd(thread, FILE_FD), rights = PICK(&thread->dice, RIGHTS), slot = pick(&thread->dice, 4);
	int how = once_in(&thread->dice, 2) ? MAP_SHARED : MAP_PRIVATE;
	long address = CALL(thread, mmap, NULL, 4096, rights, how, fd, 0);
	struct iovec to = { thread->buffer, 4096 }, from = { (void *)address, 4096 };

	if (address < 0 && address > -4096)
		return;
	/* by a call, as a page beyond the file's end would be a signal */
	scan(thread, thread->buffer, QUIET(process_vm_readv, getpid(), &to, 1, &from, 1, 0), fd);
	if (state.mapped[slot])
		munmap(state.mapped[slot], state.mapped_bytes[slot]);
	state.mapped[slot] = (void *)address;
	state.mapped_bytes[slot] = 4096;
}

static void do_mprotect(struct thread *thread)
{
	static const int RIGHTS[] = { PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC };
	int slot = pick(&thread->dice, 4), rights = PICK(&thread->dice, RIGHTS);
	void *address = state.mapped[slot];
	struct iovec here = { thread->buffer, 4096 }, there = { address, 4096 };

	if (!address || CALL(thread, mprotect, address, 4096, rights))
		return;
	scan(thread, thread->buffer, QUIET(process_vm_readv, getpid(), &here, 1, &there, 1, 0), -1);
	if (rights & PROT_WRITE) {
		fill(thread, 16);
		here.iov_len = there.iov_len = 16;
		QUIET(process_vm_writev, getpid(), &here, 1, &there, 1, 0);
	}
}

static void do_pipe2(struct thread *thread)
{
	int ends[2];

	if (CALL(thread, pipe2, ends, O_NONBLOCK))
		return;
	keep(thread, ends[0], PIPE_END);
	keep(thread, ends[1], PIPE_END);
}

/* Through a pipe of this call's own, so that what has been moved is seen at once. */
static void do_splice(struct thread *thread)
{
	int from = some_fd(thread, FILE_FD), to = some_fd(thread, once_in(&thread->dice, 2) ? FILE_FD : SOCKET), ends[2];
	long moved;

	if (once_in(&thread->dice, 3)) {
		CALL(thread, splice, some_fd(thread, PIPE_END), NULL, to, NULL, 4096, SPLICE_F_NONBLOCK);
		return;
	}
	if (QUIET(pipe2, ends, O_NONBLOCK))
		return;
	moved = CALL(thread, splice, from, NULL, ends[1], NULL, 4096, SPLICE_F_NONBLOCK);
	if (moved > 0) {
		QUIET(splice, ends[0], NULL, to, NULL, 64, SPLICE_F_NONBLOCK);
		scan(thread, thread->buffer, QUIET(read, ends[0], thread->buffer, BUFFER_BYTES), from);
	}
	close(ends[0]);
	close(ends[1]);
}

static void do_tee(struct thread *thread)
{
	int from = some_fd(thread, PIPE_END), to = some_fd(thread, PIPE_END);

	CALL(thread, tee, from, to, 4096, SPLICE_F_NONBLOCK);
}

static void do_vmsplice(struct thread *thread)
{
	struct iovec part = { thread->buffer, 4096 };
	int fd = some_fd(thread, PIPE_END);

	scan(thread, thread->buffer, CALL(thread, vmsplice, fd, &part, 1, SPLICE_F_NONBLOCK), fd);
}

static void do_sendfile(struct thread *thread)
{
	int from = some_fd(thread, FILE_FD), to = any_source(thread), ends[2];

	if (once_in(&thread->dice, 2)) {
		CALL(thread, sendfile, to, from, NULL, 4096);
		return;
	}
	if (QUIET(pipe2, ends, O_NONBLOCK))
		return;
	if (CALL(thread, sendfile, ends[1], from, NULL, 4096) > 0)
		scan(thread, thread->buffer, QUIET(read, ends[0], thread->buffer, BUFFER_BYTES), from);
	close(ends[0]);
	close(ends[1]);
}

static void do_copy_file_range(struct thread *thread)
{
	int64_t from_offset = 0;
	int from = some_fd(thread, FILE_FD), to = some_fd(thread, FILE_FD);

	CALL(thread, copy_file_range, from, once_in(&thread->dice, 2) ? &from_offset : NULL, to, NULL, 8192, 0);
}

static void do_ioctl(struct thread *thread)
{
	int from = some_fd(thread, FILE_FD), to = some_fd(thread, once_in(&thread->dice, 2) ? FILE_FD : DIRECTORY), flags = 0;

	switch (pick(&thread->dice, 4)) {
	case 0:
		CALL(thread, ioctl, to, FICLONE, from);
		break;
	case 1:
		CALL(thread, ioctl, to, FS_IOC_GETFLAGS, &flags);
		break;
	case 2:
		flags = FS_NODUMP_FL;
		CALL(thread, ioctl, to, FS_IOC_SETFLAGS, &flags);
		break;
	default:
		CALL(thread, ioctl, to, FIONREAD, &flags);
	}
}

static void do_fallocate(struct thread *thread)
{
	static const int MODES[] = { 0, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, FALLOC_FL_ZERO_RANGE,
				     FALLOC_FL_COLLAPSE_RANGE };
	int fd = some_fd(thread, FILE_FD);

	CALL(thread, fallocate, fd, PICK(&thread->dice, MODES), 0, 4096L);
}

static void do_ftruncate(struct thread *thread)
{
	int fd = some_fd(thread, FILE_FD);

	CALL(thread, ftruncate, fd, pick(&thread->dice, 2) * 4096L);
}

static void do_memfd_create(struct thread *thread)
{
	keep(thread, CALL(thread, memfd_create, "fuzzer", pick(&thread->dice, 4)), FILE_FD);
}

static void do_process_vm_readv(struct thread *thread)
{
	uintptr_t where = (uintptr_t)thread->buffer;
	struct iovec here = { thread->buffer, 4096 }, there = { (void *)where, 4096 };
	int pid = once_in(&thread->dice, 3) ? getppid() : state.keeper_pid;

	scan(thread, thread->buffer, CALL(thread, process_vm_readv, pid, &here, 1, &there, 1, 0), -1);
}

const struct call CONTENT_CALLS[] = {
	{ "read", 12, do_read },
	{ "pread64", 8, do_pread64 },
	{ "readv", 3, do_readv },
	{ "preadv2", 3, do_preadv2 },
	{ "getdents64", 8, do_getdents64 },
	{ "write", 4, do_write },
	{ "pwrite64", 2, do_pwrite64 },
	{ "writev", 2, do_writev },
	{ "lseek", 3, do_lseek },
	{ "mmap", 7, do_mmap },
	{ "mprotect", 3, do_mprotect },
	{ "pipe2", 3, do_pipe2 },
	{ "splice", 6, do_splice },
	{ "tee", 2, do_tee },
	{ "vmsplice", 1, do_vmsplice },
	{ "sendfile", 5, do_sendfile },
	{ "copy_file_range", 5, do_copy_file_range },
	{ "ioctl", 3, do_ioctl },
	{ "fallocate", 2, do_fallocate },
	{ "ftruncate", 2, do_ftruncate },
	{ "memfd_create", 1, do_memfd_create },
	{ "process_vm_readv", 2, do_process_vm_readv },
	{ NULL, 0, NULL },
};
