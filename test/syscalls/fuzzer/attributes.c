/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on what a file is beside its content, and on being told of it. */
#include "fuzzer.h"
#include "calls.h"
#include <fcntl.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

static const unsigned MODES[] = { 0600, 0640, 0644, 0755, 0700, 0666, 04755 };

/* Access lists of their own form: owner, a user, group, mask and others may all read and write. */
static const unsigned char EVERYBODY[] = { 2, 0, 0, 0,	1, 0, 6, 0, 255, 255, 255, 255, 2,  0, 6, 0, 0xe9, 3,	0,   0,	  4,  0, 6, 0,
					   255, 255, 255, 255, 16, 0, 6, 0, 255, 255, 255, 255, 32, 0, 6, 0, 255,	255, 255, 255 };

static const char *const ATTRIBUTES[] = { "user.a", "user.b", "system.posix_acl_access", "security.capability", "trusted.a" };

static void do_chmod(struct thread *thread)
{
	char path[PATH_BYTES];

	CALL(thread, chmod, path_to(thread, ANYWHERE, path), PICK(&thread->dice, MODES));
}

static void do_fchmod(struct thread *thread)
{
	CALL(thread, fchmod, some_fd(thread, once_in(&thread->dice, 2) ? FILE_FD : DIRECTORY), PICK(&thread->dice, MODES));
}

static void do_fchmodat(struct thread *thread)
{
	char path[PATH_BYTES];

	CALL(thread, fchmodat, AT_FDCWD, path_to(thread, ANYWHERE, path), PICK(&thread->dice, MODES));
}

static void do_fchmodat2(struct thread *thread)
{
	int fd = some_fd(thread, PATH_FD);

	CALL(thread, fchmodat2, fd, "", PICK(&thread->dice, MODES), AT_EMPTY_PATH);
}

static void do_fchownat(struct thread *thread)
{
	char path[PATH_BYTES];
	int owner = once_in(&thread->dice, 3) ? -1 : (int)getuid();

	CALL(thread, fchownat, AT_FDCWD, path_to(thread, ANYWHERE, path), owner, getgid(), 0);
}

static void do_fchown(struct thread *thread)
{
	CALL(thread, fchown, some_fd(thread, FILE_FD), getuid(), getgid());
}

static void do_setxattr(struct thread *thread)
{
	char path[PATH_BYTES];
	const char *name = PICK(&thread->dice, ATTRIBUTES);

	path_to(thread, ANYWHERE, path);
	if (strstr(name, "acl"))
		CALL(thread, setxattr, path, name, EVERYBODY, sizeof(EVERYBODY), 0);
	else
		CALL(thread, setxattr, path, name, "w", 1, 0);
}

static void do_fsetxattr(struct thread *thread)
{
	CALL(thread, fsetxattr, some_fd(thread, FILE_FD), PICK(&thread->dice, ATTRIBUTES), "w", 1, 0);
}

static void do_getxattr(struct thread *thread)
{
	char path[PATH_BYTES];
	long length = CALL(thread, getxattr, path_to(thread, ANYWHERE, path), PICK(&thread->dice, ATTRIBUTES), thread->buffer, 4096);

	scan(thread, thread->buffer, length, -1);
}

static void do_listxattr(struct thread *thread)
{
	char path[PATH_BYTES];

	CALL(thread, listxattr, path_to(thread, ANYWHERE, path), thread->buffer, 4096);
}

static void do_removexattr(struct thread *thread)
{
	char path[PATH_BYTES];

	CALL(thread, removexattr, path_to(thread, ANYWHERE, path), PICK(&thread->dice, ATTRIBUTES));
}

static void do_utimensat(struct thread *thread)
{
	struct timespec times[2] = { { 1, 0 }, { 1, 0 } };
	char path[PATH_BYTES];

	CALL(thread, utimensat, AT_FDCWD, path_to(thread, ANYWHERE, path), times, 0);
}

static void do_statx(struct thread *thread)
{
	struct statx status;
	char path[PATH_BYTES];

	CALL(thread, statx, AT_FDCWD, path_to(thread, ANYWHERE, path), 0, STATX_ALL, &status);
}

static void do_readlinkat(struct thread *thread)
{
	char path[PATH_BYTES];

	CALL(thread, readlinkat, AT_FDCWD, path_to(thread, ANYWHERE, path), thread->buffer, 4096);
}

static void do_faccessat2(struct thread *thread)
{
	char path[PATH_BYTES];

	CALL(thread, faccessat2, AT_FDCWD, path_to(thread, ANYWHERE, path), pick(&thread->dice, 8), 0);
}

static void do_inotify_add_watch(struct thread *thread)
{
	char path[PATH_BYTES];
	int fd = some_fd(thread, WATCH);

	if (fd < 0 || once_in(&thread->dice, 4))
		keep(thread, fd = QUIET(inotify_init1, IN_NONBLOCK), WATCH);
	CALL(thread, inotify_add_watch, fd, path_to(thread, ANYWHERE, path), IN_ALL_EVENTS);
}

static void do_fanotify_init(struct thread *thread)
{
	static const unsigned CLASSES[] = { FAN_CLASS_NOTIF, FAN_CLASS_CONTENT, FAN_REPORT_FID };

	keep(thread, CALL(thread, fanotify_init, PICK(&thread->dice, CLASSES) | FAN_NONBLOCK, 0), WATCH);
}

static void do_fanotify_mark(struct thread *thread)
{
	char path[PATH_BYTES];
	/* no permission events: who does not answer those stops everybody */
	uint64_t events = FAN_OPEN | FAN_MODIFY | FAN_CLOSE | FAN_ONDIR | FAN_EVENT_ON_CHILD;

	CALL(thread, fanotify_mark, some_fd(thread, WATCH), FAN_MARK_ADD, events, AT_FDCWD, path_to(thread, ANYWHERE, path));
}

const struct call ATTRIBUTE_CALLS[] = {
	{ "chmod", 3, do_chmod },
	{ "fchmod", 2, do_fchmod },
	{ "fchmodat", 2, do_fchmodat },
	{ "fchmodat2", 2, do_fchmodat2 },
	{ "fchownat", 3, do_fchownat },
	{ "fchown", 1, do_fchown },
	{ "setxattr", 3, do_setxattr },
	{ "fsetxattr", 1, do_fsetxattr },
	{ "getxattr", 2, do_getxattr },
	{ "listxattr", 1, do_listxattr },
	{ "removexattr", 2, do_removexattr },
	{ "utimensat", 2, do_utimensat },
	{ "statx", 2, do_statx },
	{ "readlinkat", 2, do_readlinkat },
	{ "faccessat2", 1, do_faccessat2 },
	{ "inotify_add_watch", 3, do_inotify_add_watch },
	{ "fanotify_init", 1, do_fanotify_init },
	{ "fanotify_mark", 2, do_fanotify_mark },
	{ NULL, 0, NULL },
};
