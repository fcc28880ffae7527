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

/* Is somebody taking samples of what the task does? Such watching goes on across exec. */
static __always_inline bool is_sampled(struct task_struct *task)
{
	struct task_struct___two_contexts *two = (void *)task;
	struct task_struct___one_context *one = (void *)task;

	if (bpf_core_field_exists(two->perf_event_ctxp))
		return BPF_CORE_READ(two, perf_event_ctxp[0]) || BPF_CORE_READ(two, perf_event_ctxp[1]);
	return BPF_CORE_READ(one, perf_event_ctxp);
}

/*
 * Whoever has a hand in the program's memory or calls (a tracer, a sampler, a filter of calls) or in what it finds at its paths (namespaces of
 * the session's own) can make it another program. A script's interpreter gets arguments that are not its caller's.
 */
static __always_inline bool is_undisguised(struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct rf_guard *guard = bpf_map_lookup_elem(&heartbeat, &zero);

	if (bprm->unsafe || bprm->interp != bprm->filename || task->ptrace || task->seccomp.mode ||
	    is_sampled(task))
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
static __always_inline void secure_loading(const struct labelled_task *task, struct linux_binprm *bprm)
{
	__u32 program = known_program(bprm->file);

	if (program && delegation_of(task, program))
		bpf_bprm_opts_set(bprm, BPF_F_BPRM_SECUREEXEC);
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

enum git_argument {
	GIT_OPTION_OR_HOST,
	GIT_ENVIRONMENT, /* what -o stands before */
	GIT_PORT,
	GIT_COMMAND,
	GIT_NOTHING_MORE,
	GIT_WRONG,
};

/*
 * Up to Linux 6.6 the verifier looks at a loop's body as if it ran once, and takes what it knows of the stack for the whole truth: what
 * changes from one round to the next has to lie in the task's scratch memory.
 */
struct argument_walk {
	struct labelled_task *task;
};

static long check_character(__u32 index, void *context)
{
	struct labelled_task *task = ((struct argument_walk *)context)->task;
	char character = task->name[index & RF_MAX_COMPONENT];

	if (index < task->arguments.from)
		return 0;
	if (character != '\\' && (character == '\'') == (index == task->arguments.last))
		return 0;
	task->arguments.wrong = 1;
	return 1;
}

/* One of git's own commands with a path in quotes, and nothing that a shell at the other end would take for more. */
static __always_inline bool is_git_command(struct labelled_task *task, long bytes)
{
	struct argument_walk walk = { .task = task };
	struct argument_reading *reading = &task->arguments;
	const char *text = task->name;

	if (BEGINS_AS(text, "git-receive-pack '"))
		reading->from = sizeof("git-receive-pack '") - 1;
	else if (BEGINS_AS(text, "git-upload-pack '"))
		reading->from = sizeof("git-upload-pack '") - 1;
	else if (BEGINS_AS(text, "git-upload-archive '"))
		reading->from = sizeof("git-upload-archive '") - 1;
	else
		return false;
	/* one that fills the room may have been cut */
	if (bytes > RF_MAX_COMPONENT || bytes < 2)
		return false;
	reading->last = bytes - 2;
	reading->wrong = 0;
	if (reading->last <= reading->from)
		return false;
	bpf_loop(bytes - 1, check_character, &walk, 0);
	return !reading->wrong;
}

static __always_inline __u32 after_option(const char *text)
{
	if (IS_TEXT(text, "-o"))
		return GIT_ENVIRONMENT;
	if (IS_TEXT(text, "-p"))
		return GIT_PORT;
	return IS_TEXT(text, "-4") || IS_TEXT(text, "-6") ? GIT_OPTION_OR_HOST : GIT_WRONG;
}

/* What may come after this argument. */
static __always_inline __u32 after_argument(struct labelled_task *task, __u32 expected, long bytes)
{
	const char *text = task->name;

	switch (expected) {
	case GIT_OPTION_OR_HOST:
		if (text[0] == '-')
			return after_option(text);
		/* a host */
		return bytes > RF_MAX_COMPONENT ? GIT_WRONG : GIT_COMMAND;
	case GIT_ENVIRONMENT:
		return IS_TEXT(text, "SendEnv=GIT_PROTOCOL") ? GIT_OPTION_OR_HOST : GIT_WRONG;
	case GIT_PORT:
		return is_port(text, bytes) ? GIT_OPTION_OR_HOST : GIT_WRONG;
	case GIT_COMMAND:
		return is_git_command(task, bytes) ? GIT_NOTHING_MORE : GIT_WRONG;
	}
	return GIT_WRONG;
}

static long read_argument(__u32 index, void *context)
{
	struct labelled_task *task = ((struct argument_walk *)context)->task;
	struct argument_reading *reading = &task->arguments;
	long bytes = bpf_probe_read_user_str(task->name, sizeof(task->name), (void *)reading->at);

	if (bytes < 2) {
		reading->expected = GIT_WRONG;
		return 1;
	}
	reading->at += bytes;
	/* the first is whatever it calls itself */
	if (index)
		reading->expected = after_argument(task, reading->expected, bytes);
	return reading->expected == GIT_WRONG;
}

/* Are these the arguments that git gives to ssh, and no others? A function of its own: the hook is short of stack. */
static __noinline bool speaks_git(struct labelled_task *task, unsigned long at, int count)
{
	struct argument_walk walk = { .task = task };

	if (count < 3 || count > MOST_ARGUMENTS)
		return false;
	task->arguments.at = at;
	task->arguments.expected = GIT_OPTION_OR_HOST;
	bpf_loop(count, read_argument, &walk, 0);
	return task->arguments.expected == GIT_NOTHING_MORE;
}

/* From here on the task runs the program of this exec. */
static __always_inline void take_program(struct labelled_task *task, struct linux_binprm *bprm)
{
	__u32 program = is_undisguised(bprm) ? known_program(bprm->file) : 0;
	struct rf_delegation *found = program ? delegation_of(task, program) : NULL;

	task->program = program;
	task->delegation.policy = 0;
	/* a skill has what its manifest says, and nothing beside it */
	if (!found || task->bound.policy || !BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec))
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
