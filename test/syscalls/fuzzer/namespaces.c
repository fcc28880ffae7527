/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that make another view of the machine. */
#include "fuzzer.h"
#include "calls.h"
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define MOST_DEPTH 2

static const int NAMESPACES[] = { CLONE_NEWUSER | CLONE_NEWNS, CLONE_NEWUSER | CLONE_NEWNS, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID,
				  CLONE_NEWUSER | CLONE_NEWNET, CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET,
				  CLONE_NEWIPC | CLONE_NEWUTS, CLONE_NEWCGROUP, 0 };

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		errno = 0;
	close(fd);
}

/* In a user namespace that has just been made: root there is who this was outside. */
void begin_namespace(struct thread *thread, int flags)
{
	char map[64];

	(void)thread;
	state.in_namespace = 1;
	if (!(flags & CLONE_NEWUSER))
		return;
	write_to("/proc/thread-self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %d 1", settings.is_root ? 0 : 1000);
	write_to("/proc/thread-self/uid_map", map);
	write_to("/proc/thread-self/gid_map", map);
}

static void do_unshare(struct thread *thread)
{
	int flags = PICK(&thread->dice, NAMESPACES);

	if (once_in(&thread->dice, 4))
		flags = once_in(&thread->dice, 2) ? CLONE_FS : CLONE_FILES;
	if (!CALL(thread, unshare, flags))
		begin_namespace(thread, flags);
}

/* A child in namespaces of its own goes on with the same descriptors, and ends. */
static void do_clone3(struct thread *thread)
{
	int flags = PICK(&thread->dice, NAMESPACES), pidfd = -1;
	struct clone_args how = { .flags = flags | CLONE_PIDFD, .pidfd = (uintptr_t)&pidfd, .exit_signal = SIGCHLD };
	long child;

	if (thread->depth >= MOST_DEPTH)
		return;
	if (once_in(&thread->dice, 4))
		how.flags |= CLONE_FS;
	if ((how.flags & CLONE_NEWUSER) || (how.flags & CLONE_NEWNS))
		how.flags &= ~CLONE_FS;
	child = CALL(thread, clone3, &how, sizeof(how));
	if (child < 0)
		return;
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		begin_namespace(thread, flags);
		child_steps(thread);
		_exit(0);
	}
	keep(thread, pidfd, PROCESS);
	/* another may have taken it */
	waitpid(child, NULL, once_in(&thread->dice, 4) ? WNOHANG : 0);
}

static void do_fork(struct thread *thread)
{
	long child;

	if (thread->depth >= MOST_DEPTH)
		return;
	child = CALL(thread, fork);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		child_steps(thread);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, once_in(&thread->dice, 4) ? WNOHANG : 0);
}

static void do_setns(struct thread *thread)
{
	static const char *const KINDS[] = { "user", "mnt", "pid", "net", "ipc", "uts", "cgroup" };
	char path[64];
	int fd = some_fd(thread, once_in(&thread->dice, 2) ? NAMESPACE : PROCESS);

	if (fd < 0 || once_in(&thread->dice, 2)) {
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", once_in(&thread->dice, 2) ? state.keeper_pid : getpid(), PICK(&thread->dice, KINDS));
		keep(thread, fd = open(path, O_RDONLY | O_CLOEXEC), NAMESPACE);
	}
	CALL(thread, setns, fd, once_in(&thread->dice, 2) ? 0 : CLONE_NEWNS);
}

static void do_mount(struct thread *thread)
{
	static const unsigned long FLAGS[] = { MS_BIND, MS_BIND, MS_BIND | MS_REC, MS_BIND | MS_REC, MS_MOVE, MS_REC | MS_PRIVATE, MS_REC | MS_SLAVE,
					       MS_REMOUNT | MS_BIND | MS_RDONLY, MS_REMOUNT | MS_BIND };
	static const char *const KINDS[] = { "tmpfs", "tmpfs", "proc", "overlay", "ramfs", "mqueue", "devpts", "sysfs", "cgroup2", "bpf", "fuse" };
	char from[PATH_BYTES], to[PATH_BYTES], options[2 * PATH_BYTES + 64] = "";
	const char *kind = PICK(&thread->dice, KINDS);
	int is_bind = pick(&thread->dice, 3);
	unsigned long flags = PICK(&thread->dice, FLAGS);

	path_to(thread, CLOSED_PLACE, from);
	path_to(thread, OPEN_PLACE, to);
	if (!strcmp(kind, "overlay"))
		snprintf(options, sizeof(options), "lowerdir=%.900s:%.100s%s", from, settings.granted[0], once_in(&thread->dice, 2) ? ",userxattr" : "");
	if (!CALL(thread, mount, is_bind ? from : kind, to, is_bind ? NULL : kind, is_bind ? flags : 0, is_bind ? "" : options))
		remember(thread, to);
}

static void do_umount2(struct thread *thread)
{
	char path[PATH_BYTES];

	CALL(thread, umount2, path_to(thread, OPEN_PLACE, path), once_in(&thread->dice, 2) ? MNT_DETACH : 0);
}

static void do_open_tree(struct thread *thread)
{
	char path[PATH_BYTES];
	unsigned flags = OPEN_TREE_CLOEXEC | (pick(&thread->dice, 4) ? OPEN_TREE_CLONE : 0) | (once_in(&thread->dice, 2) ? AT_RECURSIVE : 0);
	long fd = CALL(thread, open_tree, AT_FDCWD, path_to(thread, CLOSED_PLACE, path), flags);

	keep(thread, fd, once_in(&thread->dice, 2) ? MOUNT_FD : PATH_FD);
}

static void do_move_mount(struct thread *thread)
{
	char path[PATH_BYTES], from[PATH_BYTES] = "";
	int fd = some_fd(thread, MOUNT_FD), flags = MOVE_MOUNT_F_EMPTY_PATH;

	if (once_in(&thread->dice, 4)) {
		path_to(thread, ANYWHERE, from);
		fd = AT_FDCWD;
		flags = 0;
	}
	path_to(thread, OPEN_PLACE, path);
	if (!CALL(thread, move_mount, fd, from, AT_FDCWD, path, flags))
		remember(thread, path);
}

static void do_fsopen(struct thread *thread)
{
	static const char *const KINDS[] = { "tmpfs", "tmpfs", "proc", "overlay", "ext4", "bpf" };
	const char *kind = PICK(&thread->dice, KINDS);
	char path[PATH_BYTES];
	int fd = CALL(thread, fsopen, kind, FSOPEN_CLOEXEC);

	if (fd < 0)
		return;
	if (!strcmp(kind, "overlay"))
		QUIET(fsconfig, fd, FSCONFIG_SET_STRING, "lowerdir", path_to(thread, CLOSED_PLACE, path), 0);
	keep(thread, fd, WATCH);
	if (QUIET(fsconfig, fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return;
	keep(thread, QUIET(fsmount, fd, FSMOUNT_CLOEXEC, 0), MOUNT_FD);
}

static void do_mount_setattr(struct thread *thread)
{
	struct mount_attr attributes = { .attr_set = once_in(&thread->dice, 2) ? MOUNT_ATTR_NOEXEC : 0, .propagation = MS_PRIVATE };
	int fd = some_fd(thread, MOUNT_FD);

	CALL(thread, mount_setattr, fd, "", AT_EMPTY_PATH, &attributes, sizeof(attributes));
}

static void do_pivot_root(struct thread *thread)
{
	char path[PATH_BYTES];

	path_to(thread, OPEN_PLACE, path);
	if (!CALL(thread, pivot_root, path, path))
		QUIET(chdir, "/");
}

static void do_chroot(struct thread *thread)
{
	char path[PATH_BYTES];

	/* hardly a step after it leads anywhere */
	if (once_in(&thread->dice, 4))
		CALL(thread, chroot, path_to(thread, ANYWHERE, path));
}

const struct call NAMESPACE_CALLS[] = {
	{ "unshare", 4, do_unshare },
	{ "clone3", 3, do_clone3 },
	{ "fork", 1, do_fork },
	{ "setns", 3, do_setns },
	{ "mount", 8, do_mount },
	{ "umount2", 3, do_umount2 },
	{ "open_tree", 4, do_open_tree },
	{ "move_mount", 4, do_move_mount },
	{ "fsopen", 3, do_fsopen },
	{ "mount_setattr", 1, do_mount_setattr },
	{ "pivot_root", 1, do_pivot_root },
	{ "chroot", 1, do_chroot },
	{ NULL, 0, NULL },
};
