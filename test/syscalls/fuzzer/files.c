/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that open, make, rename and remove. */
#include "fuzzer.h"
#include "calls.h"
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#ifndef RENAME_WHITEOUT
#define RENAME_WHITEOUT 4
#endif

static int open_flags(struct thread *thread)
{
	static const int FLAGS[] = { O_RDONLY, O_RDONLY, O_RDONLY, O_RDONLY, O_RDWR, O_WRONLY, O_RDWR | O_CREAT, O_RDWR | O_CREAT,
				     O_WRONLY | O_CREAT | O_EXCL, O_RDWR | O_TRUNC, O_RDONLY | O_TRUNC, O_WRONLY | O_APPEND, O_PATH, O_PATH,
				     O_PATH | O_NOFOLLOW, O_PATH | O_DIRECTORY, O_RDONLY | O_DIRECTORY, O_RDONLY | O_DIRECTORY,
				     O_RDWR | O_TMPFILE, O_RDWR | O_TMPFILE, O_RDONLY | O_NOFOLLOW, 3, O_RDONLY | O_DIRECT };
	int flags = PICK(&thread->dice, FLAGS);

	return flags | O_NONBLOCK | O_NOCTTY | (once_in(&thread->dice, 4) ? O_CLOEXEC : 0);
}

static enum kind kind_of(int flags)
{
	return flags & O_PATH ? PATH_FD : (flags & O_TMPFILE) == O_TMPFILE ? FILE_FD : flags & O_DIRECTORY ? DIRECTORY : FILE_FD;
}

/* Read at once more often than not: that is what is wanted of an open. */
static void opened(struct thread *thread, long fd, int flags)
{
	enum kind kind = kind_of(flags);
	struct stat status;

	if (fd < 0)
		return;
	if (kind == FILE_FD && !fstat(fd, &status) && S_ISDIR(status.st_mode))
		kind = DIRECTORY;
	keep(thread, fd, kind);
	if (kind == FILE_FD && pick(&thread->dice, 3))
		scan(thread, thread->buffer, QUIET(pread64, fd, thread->buffer, 4096, 0), fd);
	if (kind == DIRECTORY && pick(&thread->dice, 3))
		scan(thread, thread->buffer, QUIET(getdents64, fd, thread->buffer, BUFFER_BYTES), fd);
}

static void do_open(struct thread *thread)
{
	char path[PATH_BYTES];
	int flags = open_flags(thread);

	opened(thread, CALL(thread, open, path_to(thread, ANYWHERE, path), flags, 0640), flags);
}

/* A name below a directory that is open, or nothing at all: the directory itself. */
static int relative(struct thread *thread, char *path)
{
	static const char *const NAMES[] = { "", ".", "..", "a", "b", "link", "../a", "dir" };
	int directory = some_directory(thread);

	if (settings.tail_count && once_in(&thread->dice, 2))
		snprintf(path, PATH_BYTES, "%s", settings.tails[pick(&thread->dice, settings.tail_count)]);
	else
		snprintf(path, PATH_BYTES, "%s", PICK(&thread->dice, NAMES));
	return directory;
}

static int at(struct thread *thread, enum towards where, char *path)
{
	if (once_in(&thread->dice, 3))
		return relative(thread, path);
	path_to(thread, where, path);
	return AT_FDCWD;
}

static void do_openat(struct thread *thread)
{
	char path[PATH_BYTES];
	int flags = open_flags(thread), directory = at(thread, ANYWHERE, path);

	opened(thread, CALL(thread, openat, directory, path, flags, 0640), flags);
}

static void do_openat2(struct thread *thread)
{
	static const int RESOLVE[] = { 0, 0, RESOLVE_BENEATH, RESOLVE_IN_ROOT, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_NO_XDEV };
	char path[PATH_BYTES];
	int directory = at(thread, ANYWHERE, path);
	struct open_how how = { .flags = open_flags(thread) & ~O_DIRECT, .resolve = PICK(&thread->dice, RESOLVE) };

	if (how.flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)))
		how.mode = 0640;
	opened(thread, CALL(thread, openat2, directory, path, &how, sizeof(how)), how.flags);
}

static void do_creat(struct thread *thread)
{
	char path[PATH_BYTES];

	keep(thread, CALL(thread, creat, path_to(thread, ANYWHERE, path), 0640), FILE_FD);
}

/* From where it is to be had, or not, to where it would be of use. */
static void two_paths(struct thread *thread, char *from, char *to)
{
	path_to(thread, once_in(&thread->dice, 3) ? OPEN_PLACE : CLOSED_PLACE, from);
	path_to(thread, pick(&thread->dice, 4) ? OPEN_PLACE : CLOSED_PLACE, to);
}

static void made(struct thread *thread, long result, const char *path)
{
	if (!result)
		remember(thread, path);
}

static void do_link(struct thread *thread)
{
	char from[PATH_BYTES], to[PATH_BYTES];

	two_paths(thread, from, to);
	made(thread, CALL(thread, link, from, to), to);
}

static void do_linkat(struct thread *thread)
{
	char from[PATH_BYTES], to[PATH_BYTES];
	int directory = AT_FDCWD, flags = once_in(&thread->dice, 3) ? AT_SYMLINK_FOLLOW : 0;

	two_paths(thread, from, to);
	if (once_in(&thread->dice, 3)) {
		directory = some_fd(thread, once_in(&thread->dice, 2) ? FILE_FD : PATH_FD);
		from[0] = 0;
		flags = AT_EMPTY_PATH;
	} else if (once_in(&thread->dice, 4)) {
		snprintf(from, sizeof(from), "/proc/self/fd/%d", some_fd(thread, FILE_FD));
		flags = AT_SYMLINK_FOLLOW;
	}
	made(thread, CALL(thread, linkat, directory, from, AT_FDCWD, to, flags), to);
}

static void do_symlinkat(struct thread *thread)
{
	char from[PATH_BYTES], to[PATH_BYTES];

	two_paths(thread, from, to);
	made(thread, CALL(thread, symlinkat, from, AT_FDCWD, to), to);
}

static void do_rename(struct thread *thread)
{
	char from[PATH_BYTES], to[PATH_BYTES];

	two_paths(thread, from, to);
	made(thread, CALL(thread, rename, from, to), to);
}

static void do_renameat2(struct thread *thread)
{
	static const int FLAGS[] = { 0, 1 /* RENAME_NOREPLACE */, 2 /* RENAME_EXCHANGE */, 2, RENAME_WHITEOUT };
	char from[PATH_BYTES], to[PATH_BYTES], name[PATH_BYTES];
	int directory = AT_FDCWD, flags = PICK(&thread->dice, FLAGS);

	two_paths(thread, from, to);
	if (once_in(&thread->dice, 4)) {
		directory = relative(thread, name);
		memcpy(from, name, sizeof(from));
	}
	made(thread, CALL(thread, renameat2, directory, from, AT_FDCWD, to, flags), to);
}

static void do_unlinkat(struct thread *thread)
{
	char path[PATH_BYTES];
	int flags = once_in(&thread->dice, 3) ? AT_REMOVEDIR : 0, directory = at(thread, ANYWHERE, path);

	CALL(thread, unlinkat, directory, path, flags);
}

static void do_unlink(struct thread *thread)
{
	char path[PATH_BYTES];

	CALL(thread, unlink, path_to(thread, ANYWHERE, path));
}

static void do_mkdirat(struct thread *thread)
{
	char path[PATH_BYTES];
	int directory = at(thread, ANYWHERE, path);

	CALL(thread, mkdirat, directory, path, 0755);
}

static void do_mknodat(struct thread *thread)
{
	static const int KINDS[] = { S_IFREG, S_IFIFO, S_IFSOCK, S_IFCHR, S_IFBLK };
	char path[PATH_BYTES];
	int kind = PICK(&thread->dice, KINDS), directory = at(thread, ANYWHERE, path);

	CALL(thread, mknodat, directory, path, kind | 0640, kind == S_IFCHR ? makedev(1, 3) : makedev(254, 0));
}

static void do_truncate(struct thread *thread)
{
	char path[PATH_BYTES];

	CALL(thread, truncate, path_to(thread, ANYWHERE, path), pick(&thread->dice, 2) * 4096L);
}

static void do_close(struct thread *thread)
{
	int fd = some_fd(thread, ANY_KIND);

	if (fd > 2 && fd != state.keeper)
		CALL(thread, close, fd);
}

static void do_chdir(struct thread *thread)
{
	char path[PATH_BYTES];

	CALL(thread, chdir, path_to(thread, ANYWHERE, path));
}

static void do_fchdir(struct thread *thread)
{
	CALL(thread, fchdir, some_directory(thread));
}

static void do_name_to_handle_at(struct thread *thread)
{
	struct file_handle *handle = (void *)state.handle[pick(&thread->dice, 4)];
	char path[PATH_BYTES];
	int mount, directory = at(thread, CLOSED_PLACE, path);

	handle->handle_bytes = 128;
	CALL(thread, name_to_handle_at, directory, path, handle, &mount, once_in(&thread->dice, 2) ? AT_EMPTY_PATH : 0);
}

static void do_open_by_handle_at(struct thread *thread)
{
	struct file_handle *handle = (void *)state.handle[pick(&thread->dice, 4)];
	int flags = open_flags(thread) & ~(O_CREAT | O_TRUNC);

	opened(thread, CALL(thread, open_by_handle_at, some_directory(thread), handle, flags), flags);
}

/* What was opened as a mere place, again. */
static void do_reopen(struct thread *thread)
{
	char path[64];
	int flags = open_flags(thread) & ~(O_NOFOLLOW | O_CREAT);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", some_fd(thread, PATH_FD));
	opened(thread, CALL(thread, openat, AT_FDCWD, path, flags, 0640), flags);
}

const struct call FILE_CALLS[] = {
	{ "open", 14, do_open },
	{ "openat", 14, do_openat },
	{ "openat2", 8, do_openat2 },
	{ "openat by /proc/self/fd", 5, do_reopen },
	{ "creat", 3, do_creat },
	{ "link", 6, do_link },
	{ "linkat", 7, do_linkat },
	{ "symlinkat", 5, do_symlinkat },
	{ "rename", 6, do_rename },
	{ "renameat2", 8, do_renameat2 },
	{ "unlink", 3, do_unlink },
	{ "unlinkat", 4, do_unlinkat },
	{ "mkdirat", 5, do_mkdirat },
	{ "mknodat", 3, do_mknodat },
	{ "truncate", 3, do_truncate },
	{ "close", 3, do_close },
	{ "chdir", 2, do_chdir },
	{ "fchdir", 2, do_fchdir },
	{ "name_to_handle_at", 3, do_name_to_handle_at },
	{ "open_by_handle_at", 3, do_open_by_handle_at },
	{ NULL, 0, NULL },
};
