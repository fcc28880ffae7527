/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine itself: kernel, mounts, network, clock. Whoever changes those changes what the rules stand on, so no agent does, not
 * even as root of the machine. In a user namespace of its own it may do what the namespace lets it.
 */
#ifndef RINGFENCE_MACHINE_H
#define RINGFENCE_MACHINE_H

#include "self.h"

#define CAP_NET_ADMIN 12
#define CAP_SYS_MODULE 16
#define CAP_SYS_RAWIO 17
#define CAP_SYS_PACCT 20
#define CAP_SYS_ADMIN 21
#define CAP_SYS_BOOT 22
#define CAP_SYS_TIME 25
#define CAP_AUDIT_CONTROL 30
#define CAP_SYSLOG 34
#define CAP_AUDIT_READ 37
#define CAP_OPT_NOAUDIT 2

#define PERF_SECURITY_OPEN 0 /* of tasks that the caller may trace, in user space */

/* Is the session held to what is declared? In other modes only what the guard stands on stays closed. */
static __always_inline bool is_held_to_rules(const struct labelled_task *task)
{
	return !opened(task, OPENABLE_ON_PATHS);
}

static __always_inline bool is_hosts_mount_namespace(struct mnt_namespace *own)
{
	struct rf_guard *guard = bpf_map_lookup_elem(&heartbeat, &zero);

	return !guard || !guard->mount_namespace || BPF_CORE_READ(own, ns.inum) == guard->mount_namespace;
}

/* Many calls need that one capability; these change what others than the session see. */
static __always_inline bool administers(void)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct pt_regs *registers = (struct pt_regs *)bpf_task_pt_regs(current);

	/* the 32-bit entry has other numbers */
	if (current->thread_info.status & TS_COMPAT)
		return true;
	switch (registers->orig_ax & ~CALL_X32) {
	case CALL_SWAPON:
	case CALL_SWAPOFF:
	case CALL_QUOTACTL:
	case CALL_QUOTACTL_FD:
		return true;
	case CALL_SETHOSTNAME:
	case CALL_SETDOMAINNAME:
		return BPF_CORE_READ(current, nsproxy, uts_ns, ns.inum) == UTS_NS_INITIAL;
	case CALL_MOUNT_SETATTR:
		return is_hosts_mount_namespace(BPF_CORE_READ(current, nsproxy, mnt_ns));
	}
	return false;
}

/* Only reached by whoever has the capability. */
SEC("lsm/capable")
int BPF_PROG(rf_capable, const struct cred *cred, struct user_namespace *namespace, int capability, unsigned int options, int ret)
{
	struct labelled_task *task = caller();
	bool is_refused = false;

	if (ret || !task)
		return ret;
	/* read as a number: the verifier would take the pointer for one that is never NULL */
	if ((__u64)BPF_CORE_READ(namespace, parent))
		return 0;
	switch (capability) {
	case CAP_SYS_MODULE:
	case CAP_SYS_RAWIO:
	case CAP_SYS_BOOT:
		is_refused = true;
		break;
	case CAP_NET_ADMIN:
	case CAP_SYS_PACCT:
	case CAP_SYS_TIME:
	case CAP_AUDIT_CONTROL:
	case CAP_SYSLOG:
	case CAP_AUDIT_READ:
		is_refused = is_held_to_rules(task);
		break;
	case CAP_SYS_ADMIN:
		is_refused = administers();
		break;
	}
	if (!is_refused)
		return 0;
	/* the kernel goes on without */
	if (options & CAP_OPT_NOAUDIT)
		return -EPERM;
	return refuse_on_machine(task, RF_CALL_CAPABILITY, NULL);
}

/* The kernel's log, which older kernels also give to whoever may administer, and some machines to everybody. */
SEC("lsm/syslog")
int BPF_PROG(rf_syslog, int type, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task || !is_held_to_rules(task))
		return ret;
	return refuse_on_machine(task, RF_CALL_CAPABILITY, NULL);
}

/*
 * Samples of a whole processor, of the kernel or of tracepoints; what a program and its children do in user space is not refused. The
 * first of two arguments has gone from newer kernels, and with it the place of the other.
 */
SEC("lsm/perf_event_open")
int rf_perf_event_open(unsigned long long *context)
{
	struct labelled_task *task = caller();
	__u64 kind = 0;

	if (!task || bpf_get_func_arg(context, bpf_get_func_arg_cnt(context) - 1, &kind))
		return 0;
	return (__u32)kind == PERF_SECURITY_OPEN ? 0 : refuse_on_machine(task, RF_CALL_PERF, NULL);
}

/*
 * A module that the kernel would load because an agent asks for what is in it: a file system, a packet scheduler, a line discipline. Such
 * code is seldom run, and is where holes are found. What files and sockets need that an agent may use is loaded.
 */
SEC("lsm/kernel_module_request")
int BPF_PROG(rf_kernel_module_request, char *name, int ret)
{
	struct labelled_task *task = caller();
	char known[16] = {};

	if (ret || !task || !is_held_to_rules(task))
		return ret;
	bpf_probe_read_kernel_str(known, sizeof(known), name);
	if (BEGINS_AS(known, "crypto-") || BEGINS_AS(known, "net-pf-16-") || BEGINS_AS(known, "char-major-"))
		return 0;
	return refuse_on_machine(task, RF_CALL_MODULE, NULL);
}

/*
 * Does what is mounted there show to others than the session? In the machine's own mount namespace it does, and where root has made one
 * that still shares mounts with it. What has a user namespace of its own shares none.
 */
static __always_inline bool is_seen_by_others(struct vfsmount *mounted)
{
	struct mount *mount = (void *)((__u64)mounted - bpf_core_field_offset(struct mount, mnt));
	struct mnt_namespace *own = BPF_CORE_READ(mount, mnt_ns);

	if ((__u64)BPF_CORE_READ(own, user_ns, parent))
		return false;
	return is_hosts_mount_namespace(own) || (BPF_CORE_READ(mount, mnt.mnt_flags) & MNT_SHARED);
}

SEC("lsm/sb_mount")
int BPF_PROG(rf_sb_mount, const char *device, const struct path *path, const char *kind, unsigned long flags, void *data, int ret)
{
	struct labelled_task *task = caller();
	struct vfsmount *mounted;
	struct mount *mount;

	if (ret || !task)
		return ret;
	mounted = path->mnt;
	mount = (void *)((__u64)mounted - bpf_core_field_offset(struct mount, mnt));
	if (!is_seen_by_others(mounted))
		return 0;
	/* how a mount namespace parts from the machine's */
	if ((flags & MS_PROPAGATION) && !is_hosts_mount_namespace(BPF_CORE_READ(mount, mnt_ns)))
		return 0;
	return refuse_on_machine(task, RF_CALL_MOUNT, path->dentry);
}

SEC("lsm/move_mount")
int BPF_PROG(rf_move_mount, const struct path *from, const struct path *to, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task || !is_seen_by_others(to->mnt))
		return ret;
	return refuse_on_machine(task, RF_CALL_MOUNT, to->dentry);
}

/* A file system is the same wherever it is mounted. */
SEC("lsm/sb_remount")
int BPF_PROG(rf_sb_remount, struct super_block *superblock, void *options, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task || (__u64)BPF_CORE_READ(superblock, s_user_ns, parent))
		return ret;
	return refuse_on_machine(task, RF_CALL_MOUNT, NULL);
}

/* Root of the machine may signal everybody; of an agent's tree, as before it became root. */
static __always_inline bool is_others_process(const struct labelled_task *task, struct task_struct *target)
{
	struct labelled_task *other = labelled(target);

	/* the guard's own are closed in every mode: see self.h */
	if ((other && other->label.session == task->label.session) || is_guardian(target))
		return false;
	return !bpf_get_current_task_btf()->cred->euid.val && is_held_to_rules(task);
}

SEC("lsm/task_kill")
int BPF_PROG(rf_machine_task_kill, struct task_struct *target, struct kernel_siginfo *info, int signal, const struct cred *cred, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task || !signal || !is_others_process(task, target))
		return ret;
	return refuse_always(task, RF_CALL_SIGNAL, RF_WRITE, RF_REASON_FOREIGN_PROCESS, NULL);
}

#endif
