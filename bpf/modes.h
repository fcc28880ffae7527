/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Modes: a session that is audited or permissive gets what its rules would refuse, and a record of it. The helper says which and until
 * when; the clock is looked at here, so that no mode outlasts its end. docs/decisions/0017 says what no mode opens, and why.
 */
#ifndef RINGFENCE_MODES_H
#define RINGFENCE_MODES_H

#include "pins.h"

/* Silence on other programs' sockets stays a refusal: through them an agent could have things done that nobody holds to anything. */
#define OPENABLE_ON_PATHS \
	(OPERATION(RF_READ) | OPERATION(RF_WRITE) | OPERATION(RF_CREATE) | OPERATION(RF_DELETE) | OPERATION(RF_EXEC))
#define OPENABLE_ON_ADDRESSES (OPERATION(RF_CONNECT) | OPERATION(RF_LISTEN))

/* The caller's mode, 0: held to all of its rules. */
static __always_inline __u32 mode_now(const struct labelled_task *task)
{
	__u64 session = task->label.session;
	struct rf_mode *mode = bpf_map_lookup_elem(&modes, &session);

	if (!mode || (mode->until_ns && bpf_ktime_get_boot_ns() >= mode->until_ns))
		return 0;
	return mode->kind;
}

/* Disks, memory, keyboards to be typed on: what is behind a device has no rules of its own. dentry: its address, 0: none. */
static __always_inline bool is_device(__u64 dentry)
{
	struct inode *inode = dentry ? BPF_CORE_READ((struct dentry *)dentry, d_inode) : NULL;
	__u16 kind = inode ? BPF_CORE_READ(inode, i_mode) & S_IFMT : 0;

	return kind == S_IFCHR || kind == S_IFBLK;
}

/* A port of loopback behind which somebody acts for the person. */
static __always_inline bool is_lasting_port(const struct destination *destination)
{
	__u32 port = destination->port;
	const __u8 *address = destination->address;
	__u8 upper = 0;

	for (int i = 0; i < 10; i++)
		upper |= address[i];
	if (upper)
		return false;
	/* ::ffff:127.0.0.0/104, ::1 and ::, which stands for it */
	if (!(address[10] == 0xff && address[11] == 0xff && (address[12] == 127 || address[12] == 0)) &&
	    !(address[10] == 0 && address[11] == 0 && address[12] == 0))
		return false;
	return bpf_map_lookup_elem(&lasting_ports, &port);
}

/* Operations that silence allows: those that the policy has audited, and those that the mode opens besides. */
static __always_inline __u32 opened(const struct labelled_task *task, __u32 openable)
{
	struct rf_policy *policy = bpf_map_lookup_elem(&policies, &task->by.policy);

	return (policy ? policy->audits : 0) | (mode_now(task) ? openable : 0);
}

/*
 * What is allowed on an object of which no rule speaks: operations, into the task's scratch memory. Global, so that the verifier looks
 * at it once, and without an answer, as the caller's stack is short.
 */
__noinline int open_by_mode(const struct decision *decision)
{
	struct labelled_task *task = labelled(bpf_get_current_task_btf());

	if (!task || !decision)
		return 0;
	task->descent.open = is_device(decision->dentry) ? 0 : opened(task, OPENABLE_ON_PATHS);
	return 0;
}

/* The same of an address. */
__noinline int open_address_by_mode(const struct destination *destination)
{
	struct labelled_task *task = labelled(bpf_get_current_task_btf());

	if (!task || !destination)
		return 0;
	task->descent.open = is_lasting_port(destination) ? 0 : opened(task, OPENABLE_ON_ADDRESSES);
	return 0;
}

/* What no mode opens. */
static __always_inline bool is_lasting(const struct decision *decision, const struct destination *destination)
{
	__u32 location = decision->location, *own;

	switch (decision->reason) {
	case RF_REASON_RULE:
	case RF_REASON_NO_RULE:
	case RF_REASON_PRIVATE_ADDRESS:
	case RF_REASON_NAME_EXPIRED:
	case RF_REASON_ANSWERS_UNREAD:
	case RF_REASON_TRUST_DROPPED:
		if (destination)
			return is_lasting_port(destination);
		return (decision->operations & OPERATION(RF_CONNECT)) || is_device(decision->dentry);
	case RF_REASON_LOCATION:
		own = bpf_map_lookup_elem(&lasting_locations, &location);
		return !own || *own;
	case RF_REASON_INTERNAL_FILESYSTEM: /* a program in memory */
	case RF_REASON_LIMIT_DELETIONS:
	case RF_REASON_LIMIT_BYTES:
		return false;
	}
	return true;
}

/* In an audited session: leaves it allowed, with what it would have been. Global, so that the verifier looks at it once. */
__noinline int let_through(struct decision *decision, const struct destination *destination)
{
	struct labelled_task *task = labelled(bpf_get_current_task_btf());

	if (!decision || !task || mode_now(task) != RF_MODE_AUDIT || is_lasting(decision, destination))
		return 0;
	decision->instead_of = decision->verdict;
	decision->verdict = RF_ALLOW;
	/* the call may have waited for an answer when the mode changed */
	abandon_question();
	return 0;
}

/* Each of two ends by itself: what holds at one is not let through with the other. */
static __always_inline void let_both_through(struct decision *source, struct decision *target)
{
	if (source->verdict > RF_ALLOW)
		let_through(source, NULL);
	if (target->verdict > RF_ALLOW)
		let_through(target, NULL);
}

#endif
