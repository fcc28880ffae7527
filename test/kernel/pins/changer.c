/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does to a skill's files what changes them, and what does not. One line in, one errno out: deed TAB path TAB second path.
 * Static, so that its own start opens nothing.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif

static int kept = -1;
static char *kept_map = MAP_FAILED;

/* 0 for what is not below 0. */
static int outcome(long result)
{
	return result < 0 ? errno : 0;
}

static int and_close(int fd, long result)
{
	int error = outcome(result);

	if (fd >= 0)
		close(fd);
	return error;
}

static int written(const char *path, int flags, off_t at)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	if (fd < 0)
		return errno;
	return and_close(fd, at < 0 ? write(fd, "evil\n", 5) : pwrite(fd, "e", 1, at));
}

static int replaced(const char *path, const char *temporary)
{
	int error = written(temporary, O_WRONLY | O_CREAT | O_TRUNC, -1);

	return error ? error : outcome(rename(temporary, path));
}

static int opened(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	return and_close(fd, fd);
}

static int mapped(const char *path, int flags, int protection, int kind, int writes)
{
	int fd = open(path, flags | O_CLOEXEC);
	char *at;
	volatile char seen;

	if (fd < 0)
		return errno;
	at = mmap(NULL, 4096, protection, kind, fd, 0);
	if (at == MAP_FAILED)
		return and_close(fd, -1);
	close(fd);
	if (writes)
		at[0] = 'e';
	seen = at[0];
	(void)seen;
	munmap(at, 4096);
	return 0;
}

static int recreated(const char *path)
{
	return unlink(path) ? errno : written(path, O_WRONLY | O_CREAT | O_EXCL, -1);
}

/* A nameless file gets the name by way of another. */
static int linked_in(const char *path, const char *folder)
{
	char name[64], temporary[4096];
	int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);

	if (fd < 0)
		return errno;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	snprintf(temporary, sizeof(temporary), "%s/nameless", folder);
	if (write(fd, "evil\n", 5) != 5 || linkat(AT_FDCWD, name, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW))
		return and_close(fd, -1);
	return and_close(fd, rename(temporary, path));
}

static int punched(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? errno : and_close(fd, fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4));
}

static int copied(const char *path, const char *source, int clones)
{
	int from = open(source, O_RDONLY | O_CLOEXEC), to = open(path, O_WRONLY | O_CLOEXEC);
	int error;

	if (from < 0 || to < 0)
		return errno;
	error = and_close(to, clones ? ioctl(to, FICLONE, from) : copy_file_range(from, NULL, to, NULL, 4, 0));
	close(from);
	return error;
}

static int reopened(const char *path)
{
	char name[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return and_close(fd, written(name, O_WRONLY, 0) ? -1 : 0);
}

static int opened_by_handle(const char *path)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} at = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount, id, fd;

	if (name_to_handle_at(AT_FDCWD, path, &at.handle, &id, 0))
		return errno;
	mount = open(path, O_RDONLY | O_CLOEXEC);
	if (mount < 0)
		return errno;
	fd = open_by_handle_at(mount, &at.handle, O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && pwrite(fd, "e", 1, 0) != 1)
		return errno;
	close(mount);
	return and_close(fd, fd);
}

/* openat by io_uring: the kernel's own thread may open for us. */
static int opened_by_ring(const char *path)
{
	struct io_uring_params terms = {};
	int ring = syscall(SYS_io_uring_setup, 1, &terms), result;
	char *queue, *answers;
	struct io_uring_sqe *entry;
	struct io_uring_cqe *answer;

	if (ring < 0)
		return errno;
	queue = mmap(NULL, terms.sq_off.array + 4, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	answers = mmap(NULL, terms.cq_off.cqes + terms.cq_entries * sizeof(*answer), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_CQ_RING);
	entry = mmap(NULL, sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	if (queue == MAP_FAILED || answers == MAP_FAILED || entry == MAP_FAILED)
		return errno;
	memset(entry, 0, sizeof(*entry));
	entry->opcode = IORING_OP_OPENAT;
	entry->flags = IOSQE_ASYNC;
	entry->fd = AT_FDCWD;
	entry->addr = (uint64_t)(uintptr_t)path;
	entry->open_flags = O_WRONLY;
	*(unsigned int *)(queue + terms.sq_off.array) = 0;
	__atomic_store_n((unsigned int *)(queue + terms.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		return errno;
	answer = (struct io_uring_cqe *)(answers + terms.cq_off.cqes);
	result = answer->res;
	close(ring);
	if (result < 0)
		return -result;
	return and_close(result, pwrite(result, "e", 1, 0));
}

/* struct posix_acl_xattr_header and its entries: rw-, r--, r--, as the mode says already. */
static int listed(const char *path)
{
	static const struct {
		uint32_t version;
		struct {
			uint16_t tag, permissions;
			uint32_t id;
		} entries[3];
	} list = { 2, { { 1, 6, ~0U }, { 4, 4, ~0U }, { 32, 4, ~0U } } };

	return outcome(setxattr(path, "system.posix_acl_access", &list, sizeof(list), 0));
}

static int executed(const char *path)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		execl(path, path, (char *)0);
		_exit(errno);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static int looked_at(const char *path)
{
	struct stat facts;
	DIR *folder = opendir(path);

	if (folder) {
		while (readdir(folder))
			;
		return and_close(-1, closedir(folder));
	}
	if (lstat(path, &facts) || access(path, R_OK))
		return errno;
	return opened(path, O_RDONLY | O_NONBLOCK);
}

static int locked(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	if (flock(fd, LOCK_SH) || fcntl(fd, F_SETLEASE, F_RDLCK) || fcntl(fd, F_SETLEASE, F_UNLCK))
		return and_close(fd, -1);
	return and_close(fd, fsync(fd));
}

static int keep_open(const char *path, int flags)
{
	kept = open(path, flags | O_CLOEXEC);
	return outcome(kept);
}

static int keep_mapped(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno;
	kept_map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return and_close(fd, kept_map == MAP_FAILED ? -1 : 0);
}

static int let_go(void)
{
	if (kept >= 0)
		close(kept);
	if (kept_map != MAP_FAILED)
		munmap(kept_map, 4096);
	kept = -1;
	kept_map = MAP_FAILED;
	return 0;
}

/* Changes a file over and over until the second path is there. */
static int flicker(const char *path, const char *until, const char *way)
{
	char temporary[4096], text[64];

	snprintf(temporary, sizeof(temporary), "%s.new", path);
	for (unsigned int round = 0; access(until, F_OK); round++) {
		const char *at = *way == 'r' ? temporary : path;
		int fd = open(at, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		int length = snprintf(text, sizeof(text), "round %08u\n", round);

		if (fd < 0 || pwrite(fd, text, length, 0) != length)
			return errno;
		close(fd);
		if (*way == 'r' && rename(temporary, path))
			return errno;
		usleep(round % 7 * 100 * 1000);
	}
	return 0;
}

struct deed {
	const char *name;
	int (*run)(const char *path, const char *other);
};

#define DEED(NAME, RUN)                                                \
	static int NAME(const char *path, const char *other)           \
	{                                                              \
		(void)path;                                            \
		(void)other;                                           \
		return RUN;                                            \
	}

DEED(in_place, written(path, O_WRONLY, 0))
DEED(append, written(path, O_WRONLY | O_APPEND, -1))
DEED(copy_over, written(path, O_WRONLY | O_CREAT | O_TRUNC, -1))
DEED(save, replaced(path, other))
DEED(cut, outcome(truncate(path, 1)))
DEED(cut_by_reader, opened(path, O_RDONLY | O_TRUNC))
DEED(map_shared, mapped(path, O_RDWR, PROT_READ | PROT_WRITE, MAP_SHARED, 1))
DEED(second_name, outcome(link(path, other)))
DEED(recreate, recreated(path))
DEED(move, outcome(rename(path, other)))
DEED(exchange, outcome(syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE)))
DEED(nameless, linked_in(path, other))
DEED(mode, outcome(chmod(path, 0755)))
DEED(owner, outcome(chown(path, -1, 1)))
DEED(same_owner, outcome(chown(path, 1000, 1000)))
DEED(same_mode, outcome(chmod(path, 0644)))
DEED(list, listed(path))
DEED(punch, punched(path))
DEED(copy_range, copied(path, other, 0))
DEED(reflink, copied(path, other, 1))
DEED(reopen, reopened(path))
DEED(by_handle, opened_by_handle(path))
DEED(by_ring, opened_by_ring(path))
DEED(plant, written(path, O_WRONLY | O_CREAT | O_EXCL, -1))
DEED(make_folder, outcome(mkdir(path, 0755)))
DEED(remove_it, outcome(unlink(path)))
DEED(read_it, opened(path, O_RDONLY))
DEED(look, looked_at(path))
DEED(run_it, executed(path))
DEED(map_read, mapped(path, O_RDONLY, PROT_READ, MAP_SHARED, 0))
DEED(map_private, mapped(path, O_RDONLY, PROT_READ | PROT_WRITE, MAP_PRIVATE, 1))
DEED(times, outcome(utimensat(AT_FDCWD, path, NULL, 0)))
DEED(own_attribute, outcome(setxattr(path, "user.note", "x", 1, 0)))
DEED(lock, locked(path))
DEED(write_denied, opened(path, O_WRONLY))
DEED(keep_writer, keep_open(path, O_WRONLY))
DEED(keep_reader, keep_open(path, O_RDONLY))
DEED(keep_map, keep_mapped(path))
DEED(cut_kept, outcome(ftruncate(kept, 1)))
DEED(release, let_go())
DEED(flicker_in_place, flicker(path, other, "in place"))
DEED(flicker_replaced, flicker(path, other, "replaced"))

static const struct deed deeds[] = {
	{ "in-place", in_place }, { "append", append }, { "copy-over", copy_over }, { "save", save }, { "cut", cut },
	{ "cut-by-reader", cut_by_reader }, { "map-shared", map_shared }, { "second-name", second_name },
	{ "recreate", recreate }, { "move", move }, { "exchange", exchange }, { "nameless", nameless }, { "mode", mode },
	{ "owner", owner }, { "same-owner", same_owner }, { "same-mode", same_mode }, { "list", list }, { "punch", punch }, { "copy-range", copy_range }, { "reflink", reflink },
	{ "reopen", reopen }, { "by-handle", by_handle }, { "by-ring", by_ring }, { "read", read_it }, { "look", look },
	{ "run", run_it }, { "map-read", map_read }, { "map-private", map_private }, { "times", times },
	{ "own-attribute", own_attribute }, { "lock", lock }, { "write-denied", write_denied },
	{ "keep-writer", keep_writer }, { "keep-reader", keep_reader }, { "keep-map", keep_map }, { "cut-kept", cut_kept },
	{ "release", release }, { "plant", plant }, { "make-folder", make_folder }, { "remove", remove_it }, { "flicker-in-place", flicker_in_place }, { "flicker-replaced", flicker_replaced },
};

/* Reads a file again and again, and says in another that it could. */
static void watch(const char *path, const char *seen)
{
	for (;; usleep(100 * 1000))
		if (!opened(path, O_RDONLY))
			written(seen, O_WRONLY | O_CREAT | O_TRUNC, -1);
}

int main(int count, char **words)
{
	static char line[16384];

	if (count == 4 && !strcmp(words[1], "watch"))
		watch(words[2], words[3]);

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		char *name = strtok(line, "\t\n"), *path = strtok(NULL, "\t\n"), *other = strtok(NULL, "\t\n");
		int error = ENOSYS;

		for (unsigned int i = 0; name && i < sizeof(deeds) / sizeof(*deeds); i++)
			if (!strcmp(deeds[i].name, name))
				error = deeds[i].run(path ? path : "", other ? other : "");
		printf("%d\n", error);
	}
	return 0;
}
