/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which program a task runs, and what right is delegated to it. Decided once, at exec, by the identity of its file; and only where
 * nobody in the session can have made the program do what it does not do by itself. docs/decisions/0013 says against what.
 */
#ifndef RINGFENCE_PROGRAMS_H
#define RINGFENCE_PROGRAMS_H

#include "pins.h"

#define MOST_ARGUMENTS 8

/* Only what root alone can have put there: where numbers of inodes coincide, as on btrfs, the owner does not. */
static __always_inline __u32 known_program(struct file *file)
{
	struct inode *inode = file->f_inode;
	struct rf_inode identity = {};
	__u32 *number;

	identify(inode, &identity);
	number = bpf_map_lookup_elem(&programs, &identity);
	if (!number || inode->i_uid.val || (inode->i_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	return *number;
}

/*
 * Whoever has a hand in the program's memory or calls (a tracer, a filter of calls) or in what it finds at its paths (namespaces of
 * the session's own) can make it another program. A script's interpreter gets arguments that are not its caller's.
 */
static __always_inline bool is_undisguised(struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct rf_guard *guard = bpf_map_lookup_elem(&heartbeat, &zero);

	if (bprm->unsafe || bprm->interp != bprm->filename || task->ptrace || task->seccomp.mode)
		return false;
	if (BPF_CORE_READ(task, cred, user_ns, ns.inum) != USER_NS_INITIAL)
		return false;
	return guard && guard->mount_namespace && BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum) == guard->mount_namespace;
}

static __always_inline struct rf_delegation *delegation_of(const struct labelled_task *task, __u32 program)
{
	struct rf_delegation_key key = { .policy = task->label.policy, .program = program, .started_by = task->program };
	struct rf_delegation *found = bpf_map_lookup_elem(&delegations, &key);

	if (found)
		return found;
	key.started_by = 0;
	return bpf_map_lookup_elem(&delegations, &key);
}

/* The loader is to ignore LD_PRELOAD and its like for whom a right may be delegated to. */
SEC("lsm/bprm_creds_for_exec")
int BPF_PROG(rf_bprm_creds_for_exec, struct linux_binprm *bprm, int ret)
{
	struct labelled_task *task = caller();
	__u32 program;

	if (ret || !task)
		return ret;
	program = known_program(bprm->file);
	if (program && delegation_of(task, program))
		bpf_bprm_opts_set(bprm, BPF_F_BPRM_SECUREEXEC);
	return 0;
}

static __always_inline bool begins_as(const char *text, const char *beginning, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		if (text[i] != beginning[i])
			return false;
	return true;
}

/* The NUL at the end is part of it. */
#define IS_TEXT(TEXT, EXPECTED) begins_as(TEXT, EXPECTED, sizeof(EXPECTED))
#define BEGINS_AS(TEXT, EXPECTED) begins_as(TEXT, EXPECTED, sizeof(EXPECTED) - 1)

static __always_inline bool is_port(const char *text, long bytes)
{
	/* five digits and a NUL */
	if (bytes < 2 || bytes > 6)
		return false;
	for (int i = 0; i < 5; i++)
		if (i < bytes - 1 && (text[i] < '0' || text[i] > '9'))
			return false;
	return true;
}

/* One of git's own commands with a path in quotes, and nothing that a shell at the other end would take for more. */
static __always_inline bool is_git_command(const char *text, long bytes)
{
	unsigned int from, last;

	if (BEGINS_AS(text, "git-receive-pack '"))
		from = sizeof("git-receive-pack '") - 1;
	else if (BEGINS_AS(text, "git-upload-pack '"))
		from = sizeof("git-upload-pack '") - 1;
	else if (BEGINS_AS(text, "git-upload-archive '"))
		from = sizeof("git-upload-archive '") - 1;
	else
		return false;
	/* without its NUL it may have been cut */
	if (bytes < 2 || bytes > RF_MAX_COMPONENT)
		return false;
	last = bytes - 2;
	if (last <= from)
		return false;
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < RF_MAX_COMPONENT; i++) {
		bool is_quote = text[i] == '\'';

		if (i < from || i > last)
			continue;
		if (text[i] == '\\' || is_quote != (i == last))
			return false;
	}
	return true;
}

enum git_argument {
	GIT_OPTION_OR_HOST,
	GIT_ENVIRONMENT, /* what -o stands before */
	GIT_PORT,
	GIT_COMMAND,
	GIT_NOTHING_MORE,
};

static __always_inline bool is_option(const char *text, enum git_argument *next)
{
	if (IS_TEXT(text, "-o"))
		*next = GIT_ENVIRONMENT;
	else if (IS_TEXT(text, "-p"))
		*next = GIT_PORT;
	else
		return IS_TEXT(text, "-4") || IS_TEXT(text, "-6");
	return true;
}

/* Are these the arguments that git gives to ssh, and no others? A function of its own: the hook is short of stack. */
static __noinline bool speaks_git(struct labelled_task *task, unsigned long at, int count)
{
	enum git_argument expected = GIT_OPTION_OR_HOST;
	char *text = task->name;

	if (count < 3 || count > MOST_ARGUMENTS)
		return false;
	for (int i = 0; i < MOST_ARGUMENTS; i++) {
		long bytes = i < count ? bpf_probe_read_user_str(text, sizeof(task->name), (void *)at) : 0;

		if (i >= count)
			break;
		if (bytes < 2 || expected == GIT_NOTHING_MORE)
			return false;
		at += bytes;
		/* whatever it calls itself */
		if (i == 0)
			continue;
		if (expected == GIT_ENVIRONMENT) {
			if (!IS_TEXT(text, "SendEnv=GIT_PROTOCOL"))
				return false;
			expected = GIT_OPTION_OR_HOST;
		} else if (expected == GIT_PORT) {
			if (!is_port(text, bytes))
				return false;
			expected = GIT_OPTION_OR_HOST;
		} else if (expected == GIT_COMMAND) {
			if (!is_git_command(text, bytes))
				return false;
			expected = GIT_NOTHING_MORE;
		} else if (text[0] != '-') {
			/* a host; one that fills the room may have been cut */
			if (bytes > RF_MAX_COMPONENT)
				return false;
			expected = GIT_COMMAND;
		} else if (!is_option(text, &expected)) {
			return false;
		}
	}
	return expected == GIT_NOTHING_MORE;
}

/* From here on the task runs the program of this exec. */
static __always_inline void take_program(struct labelled_task *task, struct linux_binprm *bprm)
{
	__u32 program = is_undisguised(bprm) ? known_program(bprm->file) : 0;
	struct rf_delegation *found = program ? delegation_of(task, program) : NULL;

	task->program = program;
	task->delegation.policy = 0;
	if (!found || !BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec))
		return;
	if (found->arguments == RF_ARGUMENTS_GIT_TRANSPORT && !speaks_git(task, bprm->p, bprm->argc))
		return;
	task->delegation.location = found->location;
	task->delegation.policy = found->policy;
}

/* A child runs what its creator runs, until it executes something else. */
static __always_inline void pass_program(const struct labelled_task *creator, struct task_struct *child)
{
	struct labelled_task *entry = labelled(child);

	if (!entry)
		return;
	entry->program = creator->program;
	entry->delegation = creator->delegation;
}

/* What is in the memory of a process with a delegated right is not for the rest of its session. */
static __always_inline bool is_closed_to(const struct labelled_task *other, struct task_struct *target)
{
	return other->delegation.policy && target->tgid != bpf_get_current_task_btf()->tgid;
}

#endif
