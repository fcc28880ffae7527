/* SPDX-License-Identifier: GPL-2.0-only */
/* Who, what, verdict. */
#ifndef RINGFENCE_VERDICT_H
#define RINGFENCE_VERDICT_H

#include "devices.h"
#include "internal.h"
#include "modes.h"
#include "pins.h"
#include "programs.h"
#include "scratch.h"
#include "session-limits.h"

struct request {
	struct labelled_task *task;
	__u32 operations; /* bit per operation */
	__u8 call;
	__u8 shown_as;    /* operation that the record names, RF_OPERATIONS: the one that decided */
	__u8 locations_only; /* the policy has been asked already, or has no say */
	__u8 refusals_only;  /* what is allowed is not reported */
	__u8 rules_only;     /* only what a rule says counts: what none speaks of is allowed */
	__u8 removes;        /* a name goes, which is counted when the call may go on */
	__u8 is_target;      /* the second of two ends */
	__u32 call_flags;
};

/*
 * Where a request can be put together in many ways, the verifier would follow each of them through all that comes. Read from memory
 * they are one: any request.
 */
static __always_inline void put_together(struct request *request)
{
	struct labelled_task *task = request->task;

	bpf_probe_read_kernel(request, sizeof(*request), request);
	request->task = task;
}

static __always_inline void refuse(struct decision *decision, __u8 verdict, __u8 reason)
{
	decision->verdict = verdict;
	decision->reason = reason;
	decision->rule = 0;
	decision->instead_of = 0;
}

/* Carries out a verdict: 0, -EPERM, or -ERESTARTNOINTR while the call is held. */
static __always_inline int enforce(struct labelled_task *task, struct decision *decision,
				   const struct destination *destination)
{
	struct rf_policy *policy;
	int answer;

	if (decision->verdict == RF_ALLOW)
		return 0;
	if (decision->verdict == RF_ASK) {
		answer = ask(decision, destination);
		if (!answer)
			return 0;
		/* the verifier knows no bounds of what a global function returns */
		if (answer == -ERESTARTNOINTR) {
			answer = -ERESTARTNOINTR;
			barrier_var(answer);
			return answer;
		}
		return -EPERM;
	}
	if (decision->reason == RF_REASON_TRUST_DROPPED) {
		/* nothing that the agent itself has done wrong: it is not killed for it */
		abandon_question();
	} else if (decision->verdict == RF_BLOCK) {
		policy = bpf_map_lookup_elem(&policies, &task->by.policy);
		if (policy && (policy->flags & RF_POLICY_KILL))
			decision->verdict = RF_KILL;
	}
	/* a signal alone does not undo the call, so it is refused as well */
	if (decision->verdict == RF_KILL)
		bpf_send_signal(SIGKILL);
	return -EPERM;
}

/* Whatever the policy says. dentry: NULL where the call has no object with a path. */
static __always_inline int refuse_always(struct labelled_task *task, __u8 call, __u8 operation, __u8 reason, struct dentry *dentry)
{
	struct decision decision = { .call = call, .operation = operation, .dentry = (__u64)dentry };
	int result;

	refuse(&decision, RF_BLOCK, reason);
	result = enforce(task, &decision, NULL);
	report(&decision, NULL);
	return result;
}

static __always_inline int refuse_on_machine(struct labelled_task *task, __u8 call, struct dentry *dentry)
{
	return refuse_always(task, call, RF_WRITE, RF_REASON_MACHINE, dentry);
}

/* The lowest operation of a mask, without a branch for the verifier to follow. */
static const __u8 lowest_operation[64] = {
	0, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0, 4, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0,
	5, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0, 4, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0,
};

static __always_inline void decide_by(struct decision *decision, const struct rf_accept *accept, __u8 verdict,
				      __u32 operations)
{
	__u32 operation = lowest_operation[operations & 63];

	decision->verdict = verdict;
	decision->reason = RF_REASON_RULE;
	decision->operation = operation;
	decision->rule = accept->rule[operation & (RF_OPERATIONS - 1)];
	decision->several_rules = 0;
	for (__u32 other = 0; other < RF_OPERATIONS; other++)
		if (operations & OPERATION(other) && accept->rule[other] != decision->rule)
			decision->several_rules = 1;
}

/*
 * What nothing speaks of: asked about, allowed and reported, or refused. The strictest counts. open: operations that are allowed
 * and reported, unless the policy has them asked about.
 */
static __always_inline void decide_by_silence(struct decision *decision, const struct rf_policy *policy, __u32 operations,
					      __u32 open)
{
	__u32 asked = policy ? operations & policy->asks : 0;
	__u32 audited = policy ? operations & open & ~asked : 0;
	__u32 refused = operations & ~(asked | audited);

	if (refused) {
		refuse(decision, RF_BLOCK, RF_REASON_NO_RULE);
		decision->operation = lowest_operation[refused & 63];
	} else if (asked) {
		refuse(decision, RF_ASK, RF_REASON_NO_RULE);
		decision->operation = lowest_operation[asked & 63];
	} else {
		refuse(decision, RF_ALLOW, RF_REASON_AUDIT_MODE);
		decision->operation = lowest_operation[audited & 63];
	}
}

/* The strictest of what the accepting state says on the operations, and of what its silence comes to. */
static __always_inline __u32 read_accept(const struct request *request, __u32 state, struct decision *decision)
{
	struct rf_node *node = state ? bpf_map_lookup_elem(&nodes, &state) : NULL;
	__u32 number = node ? node->accept : 0, operations = request->operations, undeclared = operations;
	struct rf_accept *accept = number ? bpf_map_lookup_elem(&accepts, &number) : NULL;

	if (accept)
		undeclared &= ~(accept->allows | accept->asks | accept->blocks | accept->kills);
	if (undeclared) {
		open_by_mode(decision);
		decide_by_silence(decision, bpf_map_lookup_elem(&policies, &request->task->by.policy), undeclared,
				  request->task->descent.open);
	}
	if (!accept)
		return 0;
	if (operations & accept->kills)
		decide_by(decision, accept, RF_KILL, operations & accept->kills);
	else if (operations & accept->blocks)
		decide_by(decision, accept, RF_BLOCK, operations & accept->blocks);
	else if (undeclared && decision->verdict == RF_BLOCK)
		return accept->silent;
	else if (operations & accept->asks) {
		__u8 silence_asks = undeclared && decision->verdict == RF_ASK;

		decide_by(decision, accept, RF_ASK, operations & accept->asks);
		decision->several_rules |= silence_asks;
	} else if (!undeclared)
		decide_by(decision, accept, RF_ALLOW, operations);
	return accept->silent;
}

/* A filesystem that the host does not show. In a session's own it may do as it likes, but for running what it has put there. */
static __noinline void decide_unknown(const struct request *request, struct super_block *superblock,
				      struct decision *decision)
{
	if (is_scratch(superblock, request->task->label.session))
		refuse(decision,
		       (request->operations & OPERATION(RF_EXEC)) && !request->rules_only ? RF_BLOCK : RF_ALLOW,
		       RF_REASON_INTERNAL_FILESYSTEM);
	else
		refuse(decision, request->locations_only ? RF_ALLOW : RF_BLOCK, RF_REASON_UNKNOWN_FILESYSTEM);
}

/* Has the skill that the task is bound to a say as well? It only narrows. */
static __always_inline bool asks_skill(const struct labelled_task *task, const struct decision *decision)
{
	return task->bound.policy && task->by.policy != task->bound.policy && decision->verdict <= RF_ASK;
}

enum skill_question {
	ABOUT_TARGET = 1,
	ABOUT_RULES = 2, /* see request.rules_only */
};

/*
 * What the skill says of an object, and where the walk by its policy has ended: into the task's scratch memory. Global, so that the
 * verifier looks at it once for all hooks.
 */
__noinline int ask_skill(const struct decision *sessions, __u32 about)
{
	struct labelled_task *task = labelled(bpf_get_current_task_btf());
	struct request request = {};
	struct decision *decision;
	struct resolved *resolved;
	__u32 state, silent;

	if (!sessions || !task)
		return 0;
	state = task->descent.skill_state;
	decision = about & ABOUT_TARGET ? &task->aside.target : &task->aside.decision;
	resolved = about & ABOUT_TARGET ? &task->aside.target_resolved : &task->aside.resolved;
	request.task = task;
	request.operations = sessions->operations;
	decision->dentry = sessions->dentry;
	decision->call = sessions->call;
	decision->operations = sessions->operations;
	decision->call_flags = sessions->call_flags;
	decision->operation = lowest_operation[sessions->operations & 63];
	judge_by_skill(task);
	silent = read_accept(&request, state, decision);
	if (!is_trusted(task))
		withhold(task, request.operations, state, decision);
	judge_by_session(task);
	if ((about & ABOUT_RULES) && decision->reason != RF_REASON_RULE)
		refuse(decision, RF_ALLOW, RF_REASON_NO_RULE);
	resolved->silent = silent;
	resolved->state = state;
	return 0;
}

/* Nothing, until the walk has come to an end. */
static __always_inline void expect_nothing_of_skill(const struct request *request)
{
	struct decision *decision = request->is_target ? &request->task->aside.target : &request->task->aside.decision;

	__builtin_memset(decision, 0, sizeof(*decision));
}

/* Which of two verdicts counts: the session's where it asks and the skill does not refuse, so that there is one question a call. */
static __always_inline bool session_counts(const struct decision *sessions, __u8 skills)
{
	if (skills != RF_ALLOW && skills > sessions->verdict)
		return false;
	return sessions->verdict == RF_ASK || sessions->reason == RF_REASON_AUDIT_MODE;
}

/* Leaves the decision that counts. Whether it is the skill's. */
static __noinline bool is_skills_word(struct labelled_task *task, struct decision *decision, struct resolved *resolved)
{
	struct decision *skills = &task->aside.decision;

	if (!skills->verdict)
		return false;
	if (session_counts(decision, skills->verdict)) {
		decision->several_rules |= skills->verdict == RF_ASK;
		return false;
	}
	*decision = *skills;
	*resolved = task->aside.resolved;
	return true;
}

/* Has the skill's policy walk along, from where it starts on this device. A function of its own: the caller's stack is short. */
static __noinline int set_skill_out(struct labelled_task *task, __u32 device)
{
	struct rf_start_key key = { .policy = task->bound.policy, .device = device };
	__u32 *start = bpf_map_lookup_elem(&starts, &key);

	task->descent.skill_start = start && task->by.policy != key.policy ? *start : 0;
	return 0;
}

/* For what has no path: keeps what the session says, and leaves the decision to the skill. */
static __always_inline void set_aside(struct labelled_task *task, struct decision *decision)
{
	task->aside.decision = *decision;
	__builtin_memset(decision, 0, sizeof(*decision));
	judge_by_skill(task);
}

/* The skill has decided: leaves the decision that counts. Whether it is the session's. */
static __noinline bool is_sessions_word(struct labelled_task *task, struct decision *decision)
{
	struct decision *sessions = &task->aside.decision;

	if (!session_counts(sessions, decision->verdict))
		return false;
	sessions->several_rules |= decision->verdict == RF_ASK;
	*decision = *sessions;
	return true;
}

/*
 * What an object is by itself may decide, whatever its path: then not 0. A function of its own: the caller's stack is short.
 */
static __noinline int decide_by_kind(const struct request *request, struct dentry *dentry, struct decision *decision)
{
	__u32 operations = request->operations;

	if (is_internal(dentry->d_sb)) {
		refuse(decision, operations & OPERATION(RF_EXEC) ? RF_BLOCK : RF_ALLOW, RF_REASON_INTERNAL_FILESYSTEM);
		return 1;
	}
	if (is_raw_device(dentry)) {
		refuse(decision, RF_BLOCK, RF_REASON_RAW_DEVICE);
		return 1;
	}
	if (steers_machine(dentry->d_sb, operations)) {
		refuse(decision, RF_BLOCK, RF_REASON_MACHINE);
		return 1;
	}
	if (dentry->d_sb->s_magic != PROC_MAGIC)
		return 0;
	if (!(operations & OPERATION(RF_EXEC)) && proc_allows(dentry, operations, request->task))
		refuse(decision, RF_ALLOW, RF_REASON_INTERNAL_FILESYSTEM);
	else
		refuse(decision, RF_BLOCK, RF_REASON_FOREIGN_PROCESS);
	return 1;
}

/* Decides on one path; reports nothing. */
static __noinline int resolve(const struct request *request, struct dentry *dentry, struct decision *decision,
			      struct resolved *resolved)
{
	struct rf_start_key start_key = {};
	struct super_block *superblock;
	struct rf_superblock *known;
	struct walk walk = {};
	__u32 *start;
	bool loaded;

	decision->dentry = (__u64)dentry;
	decision->call = request->call;
	decision->operations = request->operations;
	decision->call_flags = request->call_flags;
	decision->location = 0;
	decision->rule = 0;
	decision->operation = lowest_operation[request->operations & 63];
	resolved->state = 0;
	resolved->silent = ~0U;
	if (request->task->bound.policy)
		expect_nothing_of_skill(request);
	if (decide_by_kind(request, dentry, decision))
		return 0;
	superblock = dentry->d_sb;
	start_key.policy = request->task->by.policy;
	start_key.device = superblock->s_dev;
	walk.operations = request->operations;
	walk.device = start_key.device;
	known = bpf_map_lookup_elem(&superblocks, &walk.device);
	if (!known || known->identity != (__u64)superblock) {
		decide_unknown(request, superblock, decision);
		return 0;
	}
	walk.has_locations = known->flags & RF_SUPERBLOCK_LOCATIONS;
	walk.root_inode = (__u64)superblock->s_root->d_inode;
	start = bpf_map_lookup_elem(&starts, &start_key);
	loaded = start || bpf_map_lookup_elem(&policies, &start_key.policy);
	request->task->descent.skill_start = 0;
	if (request->task->bound.policy && !request->locations_only)
		set_skill_out(request->task, walk.device);
	walk_path(&walk, request->task, dentry, start && !request->locations_only ? *start : 0);
	if (walk.reason) {
		refuse(decision, RF_BLOCK, walk.reason);
		return 0;
	}
	resolved->state = walk.state;
	if (walk.location) {
		refuse(decision, RF_BLOCK, RF_REASON_LOCATION);
		decision->location = walk.location;
		return 0;
	}
	if (request->locations_only) {
		refuse(decision, RF_ALLOW, RF_REASON_NO_RULE);
		resolved->silent = ~0U;
		return 0;
	}
	resolved->silent = read_accept(request, walk.state, decision);
	if (!loaded)
		refuse(decision, RF_BLOCK, RF_REASON_NO_POLICY);
	if (!is_trusted(request->task))
		withhold(request->task, request->operations, walk.state, decision);
	if (request->rules_only && decision->reason != RF_REASON_RULE)
		refuse(decision, RF_ALLOW, RF_REASON_NO_RULE);
	if (asks_skill(request->task, decision))
		ask_skill(decision, (request->is_target ? ABOUT_TARGET : 0) | (request->rules_only ? ABOUT_RULES : 0));
	return 0;
}

static __always_inline struct rf_accept *accept_of(__u32 state)
{
	struct rf_node *node = state ? bpf_map_lookup_elem(&nodes, &state) : NULL;
	__u32 number = node ? node->accept : 0;

	return number ? bpf_map_lookup_elem(&accepts, &number) : NULL;
}

/*
 * What the right that is delegated to the program says of a path which the policy does not open. What the manifest denies stays
 * denied. state: where the policy's own walk has ended.
 */
static __noinline int judge_delegated(struct labelled_task *task, struct dentry *dentry, __u32 state, struct decision *decision)
{
	struct rf_start_key start_key = { .policy = task->delegation.policy, .device = dentry->d_sb->s_dev };
	struct walk walk = { .operations = decision->operations, .device = start_key.device };
	__u32 *start = bpf_map_lookup_elem(&starts, &start_key);
	struct rf_accept *accept = accept_of(state);
	__u32 asked;

	if (!start || (accept && ((accept->blocks | accept->kills) & decision->operations)))
		return 0;
	task->descent.skill_start = 0;
	walk_path(&walk, task, dentry, *start);
	accept = walk.reason ? NULL : accept_of(walk.state);
	if (!accept || (decision->operations & ~(accept->allows | accept->asks)))
		return 0;
	asked = decision->operations & accept->asks;
	decide_by(decision, accept, asked ? RF_ASK : RF_ALLOW, asked ? asked : decision->operations);
	decision->location = 0;
	decision->delegated = 1;
	return 0;
}

/* A right that is delegated opens the one location that it is about, and what no rule speaks of. */
static __always_inline void consider_delegation(const struct request *request, struct dentry *dentry,
						struct decision *decision, struct resolved *resolved)
{
	struct labelled_task *task = request->task;

	if (bpf_get_current_task_btf()->flags & PF_DUMPCORE) {
		/* its memory would lie in a file */
		refuse(decision, RF_BLOCK, RF_REASON_DELEGATED_PROCESS);
		return;
	}
	if (decision->verdict == RF_ALLOW || !is_trusted(task))
		return;
	if (decision->reason != RF_REASON_NO_RULE &&
	    (decision->reason != RF_REASON_LOCATION || decision->location != task->delegation.location))
		return;
	judge_delegated(task, dentry, resolved->state, decision);
	if (decision->delegated)
		resolved->silent = 0;
}

/* Carries out and reports. */
static __always_inline int conclude(const struct request *request, struct decision *decision, __u32 silent)
{
	int result;

	if (request->shown_as != RF_OPERATIONS)
		decision->operation = request->shown_as;
	result = enforce(request->task, decision, NULL);
	if (result == -ERESTARTNOINTR)
		return result;
	if (!result && request->removes && exceeds_deletions()) {
		refuse(decision, RF_BLOCK, RF_REASON_LIMIT_DELETIONS);
		decision->operation = RF_DELETE;
		let_through(decision, NULL);
		result = enforce(request->task, decision, NULL);
	}
	if (result || decision->news || decision->reason == RF_REASON_AUDIT_MODE || decision->instead_of ||
	    (!request->refusals_only && (request->operations & ~silent)))
		report(decision, NULL);
	return result;
}

static __always_inline int judge(const struct request *request, struct dentry *dentry)
{
	struct decision decision = {};
	struct resolved resolved = {};

	resolve(request, dentry, &decision, &resolved);
	if (request->task->delegation.policy)
		consider_delegation(request, dentry, &decision, &resolved);
	if (asks_skill(request->task, &decision) && is_skills_word(request->task, &decision, &resolved))
		judge_by_skill(request->task);
	if (decision.verdict > RF_ALLOW)
		let_through(&decision, NULL);
	return conclude(request, &decision, resolved.silent);
}

/* The common case: one object, one operation. */
static __always_inline int judge_one(struct labelled_task *task, __u8 call, __u32 operations, struct dentry *dentry)
{
	struct request request = { .task = task, .operations = operations, .call = call, .shown_as = RF_OPERATIONS };

	return judge(&request, dentry);
}

/* A question about such a call is about its mode, owners or device as well. */
static __always_inline int judge_with(struct labelled_task *task, __u8 call, __u32 operations, struct dentry *dentry,
				      __u64 argument)
{
	task->argument = argument;
	return judge_one(task, call, operations, dentry);
}

#endif
