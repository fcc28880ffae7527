/* SPDX-License-Identifier: GPL-2.0-only */
/* What ends a process's trust while it runs, and who may not look at what it has read. */
#ifndef RINGFENCE_DISTRUSTED_H
#define RINGFENCE_DISTRUSTED_H

#include "everyone.h"
#include "processes.h"

/* A function of its own, so that the hook's stack stays short. */
static __noinline int refuse_look(struct task_struct *target, __u32 row)
{
	struct everyone_call call = { .call = RF_CALL_PTRACE, .operations = OPERATION(RF_READ) };
	struct everyone_word word = { .verdict = RF_BLOCK, .operation = RF_READ, .row = row };
	__u64 times;

	call.dentry = (__u64)BPF_CORE_READ(target, mm, exe_file, f_path.dentry);
	times = call.dentry ? times_to_tell(&word, RF_BLOCK) : 0;
	if (times)
		tell_everyone(&call, &word, RF_BLOCK, times);
	return -EPERM;
}

/*
 * Who may write into its memory may make it do anything: from then on it is an ordinary program. Once it has read at a place nobody may look
 * at all. Root may do both anyway, and one trusted program may look at another, as those do that report crashes.
 */
SEC("lsm/ptrace_access_check")
int BPF_PROG(rf_everyone_ptrace_access_check, struct task_struct *target, unsigned int mode, int ret)
{
	struct rf_everyone *all = bpf_map_lookup_elem(&everyone, &zero);
	struct task_struct *current = bpf_get_current_task_btf();
	struct trusted_process *process;

	if (ret || !all || !trusted_processes || !(mode & PTRACE_MODE_ATTACH))
		return ret;
	if (target->tgid == current->tgid || !(__u32)bpf_get_current_uid_gid())
		return 0;
	process = trusted(target);
	if (!process || trusted(current))
		return 0;
	if (process->has_read && !lets_through(all))
		return mode & PTRACE_MODE_NOAUDIT ? -EPERM : refuse_look(target, process->has_read);
	distrust((__u64)target->group_leader);
	return 0;
}

/* Code that is not root's, from a file. What lies in memory alone it has made itself. */
static __always_inline int meet_mapping(struct file *file, unsigned long protection)
{
	if (!trusted_processes || !(protection & PROT_EXEC))
		return 0;
	/* the argument may be NULL although its type does not say so */
	if (!BPF_CORE_READ(file, f_inode) || is_roots_alone(file->f_inode) || is_internal(file->f_inode->i_sb))
		return 0;
	distrust((__u64)bpf_get_current_task_btf()->group_leader);
	return 0;
}

SEC("lsm/mmap_file")
int BPF_PROG(rf_everyone_mmap_file, struct file *file, unsigned long requested, unsigned long protection, unsigned long flags, int ret)
{
	return ret ? ret : meet_mapping(file, protection);
}

SEC("lsm/file_mprotect")
int BPF_PROG(rf_everyone_file_mprotect, struct vm_area_struct *area, unsigned long requested, unsigned long protection, int ret)
{
	return ret ? ret : meet_mapping(area->vm_file, protection);
}

#endif
