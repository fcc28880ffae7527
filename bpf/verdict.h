/* SPDX-License-Identifier: GPL-2.0-only */
/* Who, what, verdict. */
#ifndef RINGFENCE_VERDICT_H
#define RINGFENCE_VERDICT_H

#include "event.h"
#include "internal.h"

struct request {
	struct labelled_task *task;
	__u32 operations; /* bit per operation */
	__u8 call;
	__u8 shown_as;    /* operation that the record names, RF_OPERATIONS: the one that decided */
	__u8 locations_only;
	__u8 reserved;
	__u32 call_flags;
};

/* What a path came to: for a directory that moves, the two ends are compared. */
struct resolved {
	__u32 state;
	__u32 silent;
};

static __always_inline void refuse(struct decision *decision, __u8 verdict, __u8 reason)
{
	decision->verdict = verdict;
	decision->reason = reason;
	decision->rule = 0;
}

/* Carries out a verdict: 0 or -EPERM. */
static __always_inline int enforce(struct labelled_task *task, struct decision *decision)
{
	struct rf_policy *policy;

	if (decision->verdict == RF_ALLOW)
		return 0;
	if (decision->verdict == RF_BLOCK) {
		policy = bpf_map_lookup_elem(&policies, &task->label.policy);
		if (policy && (policy->flags & RF_POLICY_KILL))
			decision->verdict = RF_KILL;
	}
	/* a signal alone does not undo the call, so it is refused as well */
	if (decision->verdict == RF_KILL)
		bpf_send_signal(SIGKILL);
	return -EPERM;
}

/* The strictest of what the accepting state says on the operations; no word is a refusal. */
static __always_inline __u32 read_accept(const struct request *request, __u32 state, struct decision *decision)
{
	struct rf_node *node = state ? bpf_map_lookup_elem(&nodes, &state) : NULL;
	struct rf_accept *accept = NULL;
	__u32 number = 0;

	if (node) {
		number = node->accept;
		accept = number ? bpf_map_lookup_elem(&accepts, &number) : NULL;
	}
	decision->verdict = RF_NONE;
	for (int operation = 0; operation <= RF_EXEC; operation++) {
		__u8 verdict, reason;
		__u32 rule = 0;

		if (!(request->operations & (1 << operation)))
			continue;
		verdict = RF_NONE;
		if (accept) {
			verdict = accept->verdict[operation];
			rule = accept->rule[operation];
		}
		reason = verdict == RF_NONE ? RF_REASON_NO_RULE : RF_REASON_RULE;
		/* nobody can be asked yet */
		if (verdict == RF_NONE || verdict == RF_ASK)
			verdict = RF_BLOCK;
		if (verdict <= decision->verdict)
			continue;
		decision->verdict = verdict;
		decision->reason = reason;
		decision->rule = rule;
		decision->operation = operation;
	}
	return accept ? accept->silent : 0;
}

static __always_inline __u8 first_operation(__u32 operations)
{
	for (__u8 operation = 0; operation <= RF_CONNECT; operation++)
		if (operations & (1 << operation))
			return operation;
	return RF_READ;
}

/* Decides on one path; reports nothing. */
static __noinline int resolve(const struct request *request, struct dentry *dentry, struct decision *decision,
			      struct resolved *resolved)
{
	struct super_block *superblock = dentry->d_sb;
	struct rf_start_key start_key = { .policy = request->task->label.policy, .device = superblock->s_dev };
	struct rf_superblock *known;
	struct walk walk = { .task = request->task, .operations = request->operations };
	__u32 *start;

	decision->call = request->call;
	decision->call_flags = request->call_flags;
	decision->location = 0;
	decision->rule = 0;
	decision->operation = first_operation(request->operations);
	resolved->state = 0;
	resolved->silent = ~0U;
	if (is_internal(superblock)) {
		refuse(decision, request->operations & OPERATION(RF_EXEC) ? RF_BLOCK : RF_ALLOW,
		       RF_REASON_INTERNAL_FILESYSTEM);
		return 0;
	}
	if (superblock->s_magic == PROC_MAGIC) {
		if (!(request->operations & OPERATION(RF_EXEC)) &&
		    proc_allows(dentry, request->operations, request->task->label.session))
			refuse(decision, RF_ALLOW, RF_REASON_INTERNAL_FILESYSTEM);
		else
			refuse(decision, RF_BLOCK, RF_REASON_FOREIGN_PROCESS);
		return 0;
	}
	walk.device = start_key.device;
	known = bpf_map_lookup_elem(&superblocks, &walk.device);
	if (!known || known->identity != (__u64)superblock) {
		refuse(decision, request->locations_only ? RF_ALLOW : RF_BLOCK, RF_REASON_UNKNOWN_FILESYSTEM);
		return 0;
	}
	if (known->flags & RF_SUPERBLOCK_LOCATIONS)
		walk.superblock = known;
	start = bpf_map_lookup_elem(&starts, &start_key);
	walk_path(&walk, dentry, start && !request->locations_only ? *start : 0);
	if (walk.reason) {
		refuse(decision, RF_BLOCK, walk.reason);
		return 0;
	}
	resolved->state = walk.state;
	if (walk.location_verdict) {
		refuse(decision, walk.location_verdict == RF_ASK ? RF_BLOCK : walk.location_verdict,
		       RF_REASON_LOCATION);
		decision->location = walk.location;
		return 0;
	}
	if (request->locations_only) {
		refuse(decision, RF_ALLOW, RF_REASON_NO_RULE);
		return 0;
	}
	resolved->silent = read_accept(request, walk.state, decision);
	return 0;
}

/* Carries out and reports. */
static __always_inline int conclude(const struct request *request, struct dentry *dentry, struct decision *decision,
				    __u32 silent)
{
	int result = enforce(request->task, decision);

	if (request->shown_as != RF_OPERATIONS)
		decision->operation = request->shown_as;
	if (result || (request->operations & ~silent))
		report(request->task, decision, dentry, NULL);
	return result;
}

static __always_inline int judge(const struct request *request, struct dentry *dentry)
{
	struct decision decision = {};
	struct resolved resolved = {};

	resolve(request, dentry, &decision, &resolved);
	return conclude(request, dentry, &decision, resolved.silent);
}

/* The common case: one object, one operation. */
static __always_inline int judge_one(struct labelled_task *task, __u8 call, __u32 operations, struct dentry *dentry)
{
	struct request request = { .task = task, .operations = operations, .call = call, .shown_as = RF_OPERATIONS };

	return judge(&request, dentry);
}

#endif
