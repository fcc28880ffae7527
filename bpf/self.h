/* SPDX-License-Identifier: GPL-2.0-only */
/* The guard itself: closed to agents, root inside their trees included. */
#ifndef RINGFENCE_SELF_H
#define RINGFENCE_SELF_H

#include "verdict.h"

static __always_inline int refuse_attack(struct labelled_task *task, __u8 call, __u8 operation)
{
	return refuse_always(task, call, operation, RF_REASON_SELF_PROTECTION, NULL);
}

/* From the helper to its proxies and workers, from the desktop app to what draws its windows. */
#define MOST_BELOW_GUARDIAN 3

/* What the guard's own processes have started serves the guard as well; agents that one of them starts have labels. */
static __always_inline bool is_guardian(struct task_struct *target)
{
	struct task_struct *above = target;
	__u32 pid = target->tgid;

	if (bpf_map_lookup_elem(&guardians, &pid))
		return true;
	if (labelled(target))
		return false;
	for (int i = 0; i < MOST_BELOW_GUARDIAN; i++) {
		above = BPF_CORE_READ(above, real_parent);
		pid = BPF_CORE_READ(above, tgid);
		if (bpf_map_lookup_elem(&guardians, &pid))
			return true;
	}
	return false;
}

SEC("lsm/task_kill")
int BPF_PROG(rf_task_kill, struct task_struct *target, struct kernel_siginfo *info, int signal, const struct cred *cred, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task || !is_guardian(target))
		return ret;
	return refuse_attack(task, RF_CALL_SIGNAL, RF_WRITE);
}

/* Limits and priorities of the guard: too little time or no descriptor left is as good as a signal. */
SEC("lsm/task_setrlimit")
int BPF_PROG(rf_task_setrlimit, struct task_struct *target, unsigned int resource, struct rlimit *limit, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task || !is_guardian(target))
		return ret;
	return refuse_attack(task, RF_CALL_PRLIMIT, RF_WRITE);
}

static __always_inline int judge_scheduling(struct task_struct *target)
{
	struct labelled_task *task = caller();

	if (!task || !is_guardian(target))
		return 0;
	return refuse_attack(task, RF_CALL_SCHEDULE, RF_WRITE);
}

SEC("lsm/task_setscheduler")
int BPF_PROG(rf_task_setscheduler, struct task_struct *target, int ret)
{
	return ret ? ret : judge_scheduling(target);
}

SEC("lsm/task_setnice")
int BPF_PROG(rf_task_setnice, struct task_struct *target, int nice, int ret)
{
	return ret ? ret : judge_scheduling(target);
}

SEC("lsm/task_setioprio")
int BPF_PROG(rf_task_setioprio, struct task_struct *target, int priority, int ret)
{
	return ret ? ret : judge_scheduling(target);
}

/* Signals that a file sends to whom fcntl(2) F_SETOWN named; the guard asks for none, so nobody's are delivered to it. */
SEC("lsm/file_send_sigiotask")
int BPF_PROG(rf_file_send_sigiotask, struct task_struct *target, struct fown_struct *owner, int signal, int ret)
{
	if (ret || !labelled_tasks)
		return ret;
	return is_guardian(target) ? -EPERM : 0;
}

/* No agent has a use for bpf(2); root inside a tree could write answers with it. */
SEC("lsm/bpf")
int BPF_PROG(rf_bpf, int command, union bpf_attr *attributes, unsigned int size, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task)
		return ret;
	return refuse_attack(task, RF_CALL_BPF, RF_WRITE);
}

/*
 * What the host has mounted stays: with the bpf filesystem would go the pins. A mount namespace of an agent's own may do as it
 * likes, unless what it unmounts goes from the host as well.
 */
SEC("lsm/sb_umount")
int BPF_PROG(rf_sb_umount, struct vfsmount *mounted, int flags, int ret)
{
	struct labelled_task *task = caller();
	struct rf_guard *guard;
	struct mount *mount;

	if (ret || !task)
		return ret;
	guard = bpf_map_lookup_elem(&heartbeat, &zero);
	mount = (void *)((__u64)mounted - bpf_core_field_offset(struct mount, mnt));
	if (BPF_CORE_READ(mounted, mnt_sb, s_magic) != BPF_FS_MAGIC &&
	    !(BPF_CORE_READ(mount, mnt_parent, mnt.mnt_flags) & MNT_SHARED) &&
	    guard && guard->mount_namespace && BPF_CORE_READ(mount, mnt_ns, ns.inum) != guard->mount_namespace)
		return 0;
	return refuse_attack(task, RF_CALL_UMOUNT, RF_WRITE);
}

#endif
