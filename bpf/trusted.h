/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs that everyone's policy trusts at some rows: decided once, at exec, by the identity of a file that is root's alone, and kept for
 * the process. What it is started with must not put code into it. docs/decisions/0018 says against what.
 */
#ifndef RINGFENCE_TRUSTED_H
#define RINGFENCE_TRUSTED_H

#include "environment.h"

#define LSM_UNSAFE_NO_NEW_PRIVS 4

/* Processes that run a trusted program, and execs of one under way. While these are 0 there is nothing to look up. */
static __u64 trusted_processes;
static __u64 trusted_expectations;

static __always_inline bool is_roots_alone(struct inode *inode)
{
	return !BPF_CORE_READ(inode, i_uid.val) && !(BPF_CORE_READ(inode, i_mode) & (S_IWGRP | S_IWOTH));
}

/*
 * The number of a program, by its file: NULL, it is none that is known. Where numbers of inodes coincide the owner does not. A name that
 * somebody else could have given the file may lie beside libraries of theirs.
 */
static __always_inline struct rf_everyone_program *program_of(struct dentry *dentry)
{
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);
	struct rf_everyone_program *known;
	struct rf_inode identity = {};

	identify(inode, &identity);
	known = bpf_map_lookup_elem(&everyone_programs, &identity);
	if (!known || !is_roots_alone(inode) || !is_roots_alone(BPF_CORE_READ(dentry, d_parent, d_inode)))
		return NULL;
	return known;
}

static __always_inline void distrust(__u64 leader)
{
	if (trusted_processes && !bpf_map_delete_elem(&everyone_processes, &leader))
		__sync_fetch_and_add(&trusted_processes, -1);
}

static __always_inline void trust(__u64 leader, const struct trusted_process *process)
{
	/* where there is no room it is an ordinary program */
	if (!bpf_map_update_elem(&everyone_processes, &leader, process, BPF_NOEXIST))
		__sync_fetch_and_add(&trusted_processes, 1);
}

static __always_inline void forget_trust_expected(__u64 key)
{
	if (trusted_expectations && !bpf_map_delete_elem(&everyone_expected, &key))
		__sync_fetch_and_add(&trusted_expectations, -1);
}

static __always_inline struct trusted_process *trusted(struct task_struct *task)
{
	__u64 leader;

	if (!trusted_processes)
		return NULL;
	leader = (__u64)BPF_CORE_READ(task, group_leader);
	return bpf_map_lookup_elem(&everyone_processes, &leader);
}

static __always_inline bool is_everyones(void)
{
	struct rf_everyone *all = bpf_map_lookup_elem(&everyone, &zero);

	return all && all->policy && !(labelled_tasks && labelled(bpf_get_current_task_btf()));
}

/* Called once, with what is named: for a script that is the script. */
SEC("lsm/bprm_creds_for_exec")
int BPF_PROG(rf_everyone_creds_for_exec, struct linux_binprm *bprm, int ret)
{
	__u64 key = (__u64)bpf_get_current_task_btf();
	struct rf_everyone_program *known;

	/* of an exec that has failed */
	forget_trust_expected(key);
	if (ret || !is_everyones())
		return ret;
	known = program_of(bprm->file->f_path.dentry);
	if (known && !bpf_map_update_elem(&everyone_expected, &key, known, BPF_NOEXIST))
		__sync_fetch_and_add(&trusted_expectations, 1);
	return 0;
}

/*
 * Whoever has a hand in the program's memory or calls (a tracer, a sampler, a filter of calls) or in what it finds at its paths
 * (namespaces of its own) can make it another program. That it may gain no rights takes nothing from it.
 */
static __always_inline bool is_itself(struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct rf_guard *guard = bpf_map_lookup_elem(&heartbeat, &zero);

	if ((bprm->unsafe & ~LSM_UNSAFE_NO_NEW_PRIVS) || task->ptrace || task->seccomp.mode || is_sampled(task))
		return false;
	if (BPF_CORE_READ(task, cred, user_ns, ns.inum) != USER_NS_INITIAL)
		return false;
	return guard && guard->mount_namespace && BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum) == guard->mount_namespace;
}

/* Its interpreter opens the script once more, by its path: that has to be one that only root can lead elsewhere. */
static __always_inline bool is_script_itself(struct candidate *candidate, struct linux_binprm *bprm, __u32 number)
{
	__u32 *own;

	__builtin_memset(candidate->text, 0, RF_SCRIPT_PATH);
	bpf_probe_read_kernel_str(candidate->text, RF_SCRIPT_PATH, bprm->filename);
	own = bpf_map_lookup_elem(&everyone_scripts, candidate->text);
	return own && *own == number;
}

#define ASKED_NAME 16

/* Is it what env(1) was asked for? By that name, `python3` is python3.11, in whatever folder of root's the caller's PATH has it. */
static __always_inline bool is_asked_for(struct linux_binprm *bprm, struct dentry *dentry)
{
	char asked[ASKED_NAME] = {}, name[ASKED_NAME] = {};

	if (bpf_probe_read_user_str(asked, sizeof(asked), (void *)bprm->p) < 2)
		return false;
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(dentry, d_name.name));
	for (int i = 0; i < ASKED_NAME - 1; i++) {
		if (!asked[i])
			return true;
		if (asked[i] != name[i])
			return false;
	}
	return false;
}

/* What a script's first line has env(1) find: its words are still those of that line, and of whoever started the script. */
static __noinline int meet_interpreter(struct linux_binprm *bprm, __u32 number)
{
	__u64 key = (__u64)bpf_get_current_task_btf();
	struct trusted_process process = { .number = number, .is_script = 1 };
	struct dentry *dentry = bprm->file->f_path.dentry;
	struct candidate *candidate;

	if (bprm->interp != bprm->filename || !is_itself(bprm) || !is_asked_for(bprm, dentry))
		return 0;
	if (!is_roots_alone(BPF_CORE_READ(dentry, d_inode)) || !is_roots_alone(BPF_CORE_READ(dentry, d_parent, d_inode)))
		return 0;
	candidate = look_at(key);
	if (!candidate)
		return 0;
	if (!is_injected(candidate, bprm->p, bprm->argc, bprm->envc))
		trust(key, &process);
	bpf_map_delete_elem(&candidates, &key);
	return 0;
}

/* env(1), as packages install it. */
static __always_inline bool is_env(struct dentry *dentry)
{
	char name[4] = {};

	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(dentry, d_name.name));
	return name[0] == 'e' && name[1] == 'n' && name[2] == 'v' && BPF_CORE_READ(dentry, d_name.len) == 3 &&
	       is_roots_alone(BPF_CORE_READ(dentry, d_inode));
}

static __noinline int meet_trusted(struct linux_binprm *bprm, const struct rf_everyone_program *known)
{
	__u64 key = (__u64)bpf_get_current_task_btf();
	bool is_script = bprm->interp != bprm->filename;
	struct trusted_process process = { .number = known->number, .is_script = is_script };
	struct candidate *candidate;

	if (is_script != !!known->is_script || !is_itself(bprm))
		return 0;
	process.runs_env = is_script && is_env(bprm->file->f_path.dentry);
	candidate = look_at(key);
	if (!candidate)
		return 0;
	if ((!is_script || is_script_itself(candidate, bprm, process.number)) &&
	    !is_injected(candidate, bprm->p, bprm->argc, bprm->envc))
		trust(key, &process);
	bpf_map_delete_elem(&candidates, &key);
	return 0;
}

/* A new program: the process has one thread, which is its first. */
SEC("lsm/bprm_committed_creds")
int BPF_PROG(rf_everyone_committed_creds, struct linux_binprm *bprm)
{
	__u64 key = (__u64)bpf_get_current_task_btf();
	struct trusted_process *process = trusted(bpf_get_current_task_btf());
	__u32 number = process && process->runs_env ? process->number : 0;
	struct rf_everyone_program known = {}, *found;

	distrust(key);
	found = trusted_expectations ? bpf_map_lookup_elem(&everyone_expected, &key) : NULL;
	if (found)
		known = *found;
	forget_trust_expected(key);
	if (!is_everyones())
		return 0;
	/* numbers begin at 1 */
	if (number)
		meet_interpreter(bprm, number);
	else if (known.number)
		meet_trusted(bprm, &known);
	return 0;
}

/* A child runs what its creator runs, until it executes something else. */
SEC("lsm/task_alloc")
int BPF_PROG(rf_everyone_task_alloc, struct task_struct *task, unsigned long clone_flags, int ret)
{
	struct trusted_process *creator, process = {};

	if (ret || !trusted_processes)
		return ret;
	/* an entry that its task's end could not remove */
	distrust((__u64)task);
	if (clone_flags & CLONE_THREAD)
		return 0;
	creator = trusted(bpf_get_current_task_btf());
	if (!creator)
		return 0;
	process = *creator;
	trust((__u64)task, &process);
	return 0;
}

SEC("lsm/task_free")
int BPF_PROG(rf_everyone_task_free, struct task_struct *task)
{
	forget_trust_expected((__u64)task);
	distrust((__u64)task);
	return 0;
}

/* Those that ran before anybody watched: by the file they run. What they were started with is not known any more. */
SEC("iter/task")
int rf_find_trusted(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct trusted_process process = {};
	struct rf_everyone_program *known;
	struct dentry *dentry;

	if (!task || task->group_leader != task || task->ptrace || labelled(task))
		return 0;
	dentry = BPF_CORE_READ(task, mm, exe_file, f_path.dentry);
	known = dentry ? program_of(dentry) : NULL;
	if (!known || known->is_script)
		return 0;
	process.number = known->number;
	trust((__u64)task, &process);
	return 0;
}

#endif
