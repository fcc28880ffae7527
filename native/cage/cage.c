/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ringfence-cage FOLDER PROGRAM ARGUMENT…: takes from itself what a session's proxy never needs, then becomes the program. This is what has
 * to hold from the first instruction and for every thread; the rest is the program's own to give up once it listens (confine.cc).
 * Ends with 126 when any part fails.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CANNOT 126
#define MOST_DATA_BYTES (768UL << 20)
#define MOST_FILES 2048 /* two for each connection, and some */

/* Rights of later versions than the headers may know. */
#define READ_FILE LANDLOCK_ACCESS_FS_READ_FILE
#define READ_AND_EXECUTE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE)
static const __u64 handled_since[] = { 0, (1ULL << 13) - 1, (1ULL << 14) - 1, (1ULL << 15) - 1,
				       (1ULL << 15) - 1, (1ULL << 16) - 1 };

/* What libc reads to find addresses of names, and what the program is made of. What is not there is passed over. */
static const char *const read_below[] = { "/etc", "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
					  "/dev/null", "/dev/urandom" };
static const char *const execute_below[] = { "/lib", "/lib64", "/usr/lib", "/usr/lib64" };

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static int fail(const char *step)
{
	fprintf(stderr, "ringfence-cage: %s: %s\n", step, strerror(errno));
	return CANNOT;
}

static int open_below(int ruleset, const char *path, __u64 rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights };
	long added;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return errno == ENOENT || errno == EACCES ? 0 : -1;
	added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
	return (int)added;
}

/* Files: nothing is written, and little is read. A kernel without Landlock leaves the filter, which lets nothing be written either. */
static int limit_files(const char *folder, const char *program)
{
	struct landlock_ruleset_attr all = { 0 };
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	int ruleset;

	if (version < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
	if (version >= (long)LENGTH(handled_since))
		version = LENGTH(handled_since) - 1;
	all.handled_access_fs = handled_since[version];
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all.handled_access_fs), 0);
	if (ruleset < 0)
		return -1;
	for (size_t i = 0; i < LENGTH(read_below); i++)
		if (open_below(ruleset, read_below[i], READ_FILE))
			return -1;
	for (size_t i = 0; i < LENGTH(execute_below); i++)
		if (open_below(ruleset, execute_below[i], READ_AND_EXECUTE))
			return -1;
	if (open_below(ruleset, folder, READ_FILE) || open_below(ruleset, program, READ_AND_EXECUTE))
		return -1;
	return (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
}

/* The event loop's io_uring would do later what the program's own filter forbids: there is none. */
static int without_io_uring(void)
{
	struct sock_filter instructions[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { LENGTH(instructions), instructions };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

static int limit(__rlimit_resource_t resource, rlim_t most)
{
	struct rlimit both;

	if (getrlimit(resource, &both))
		return -1;
	if (both.rlim_max > most)
		both.rlim_max = most;
	both.rlim_cur = both.rlim_max;
	return setrlimit(resource, &both);
}

/* The helper is killed last when memory runs out, which is inherited. Whoever cannot change that is caged all the same. */
static void be_killed_before_the_helper(void)
{
	FILE *file = fopen("/proc/self/oom_score_adj", "we");

	if (!file)
		return;
	fputs("500", file);
	fclose(file);
}

int main(int count, char **words)
{
	char *nothing[] = { NULL };

	if (count < 3)
		return CANNOT;
	/* with the helper that started it; one that is gone already has closed its input */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		return fail("PR_SET_PDEATHSIG");
	be_killed_before_the_helper();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return fail("PR_SET_NO_NEW_PRIVS");
	if (limit(RLIMIT_CORE, 0) || limit(RLIMIT_DATA, MOST_DATA_BYTES) ||
	    limit(RLIMIT_NOFILE, MOST_FILES))
		return fail("setrlimit");
	if (limit_files(words[1], words[2]))
		return fail("landlock");
	if (without_io_uring())
		return fail("seccomp");
	execve(words[2], words + 2, nothing);
	return fail(words[2]);
}
