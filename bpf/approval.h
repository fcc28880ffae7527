/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that need a person's word. The task is stopped at the border of the kernel and its call made again once it is woken:
 * the hook then judges the real object once more and finds the answer. docs/decisions/0008 says why by signal.
 */
#ifndef RINGFENCE_APPROVAL_H
#define RINGFENCE_APPROVAL_H

#include "event.h"

/* What the kernel makes again without a trace of the first attempt (x86-64 call numbers). */
#define CALL_BIT(NUMBER) (1ULL << ((NUMBER) & 63))
static const __u64 restartable[8] = {
	/* open, mmap, mprotect, connect, sendto, sendmsg, bind, listen, execve */
	CALL_BIT(2) | CALL_BIT(9) | CALL_BIT(10) | CALL_BIT(42) | CALL_BIT(44) | CALL_BIT(46) | CALL_BIT(49) | CALL_BIT(50) |
		CALL_BIT(59),
	/* truncate, ftruncate, rename, mkdir, rmdir, creat, link, unlink, symlink, chmod, fchmod, chown, fchown, lchown */
	CALL_BIT(76) | CALL_BIT(77) | CALL_BIT(82) | CALL_BIT(83) | CALL_BIT(84) | CALL_BIT(85) | CALL_BIT(86) | CALL_BIT(87) |
		CALL_BIT(88) | CALL_BIT(90) | CALL_BIT(91) | CALL_BIT(92) | CALL_BIT(93) | CALL_BIT(94),
	/* mknod */
	CALL_BIT(133),
	0,
	/* openat to symlinkat, fchmodat, open_by_handle_at, sendmmsg, renameat2 */
	CALL_BIT(257) | CALL_BIT(258) | CALL_BIT(259) | CALL_BIT(260) | CALL_BIT(263) | CALL_BIT(264) | CALL_BIT(265) |
		CALL_BIT(266) | CALL_BIT(268) | CALL_BIT(304) | CALL_BIT(307) | CALL_BIT(316),
	/* execveat, pkey_mprotect */
	CALL_BIT(322) | CALL_BIT(329),
	/* openat2 */
	CALL_BIT(437),
	/* fchmodat2 */
	CALL_BIT(452),
};

static __always_inline bool is_open_call(__u64 number)
{
	return number == CALL_OPEN || number == CALL_CREAT || number == CALL_OPENAT || number == CALL_OPENAT2;
}

/* The first eight bytes of a task's name, as they lie in memory. */
#define COMM(a, b, c, d) ((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24)

/*
 * By its name, as a shell may control jobs without a terminal: Claude Code's do. A parent that takes such a name gains a moment of being
 * stopped with its child.
 */
static __always_inline bool is_shell(struct task_struct *task)
{
	__u64 name = 0;

	bpf_core_read(&name, sizeof(name), &task->comm);
	return name == COMM('b', 'a', 's', 'h') || name == COMM('s', 'h', 0, 0) || name == COMM('d', 'a', 's', 'h') ||
	       name == COMM('z', 's', 'h', 0) || name == COMM('k', 's', 'h', 0) || name == COMM('f', 'i', 's', 'h');
}

/* The job of a shell that controls jobs: the shell would see it stop, say so, and go on. */
static __always_inline bool is_job(struct task_struct *task)
{
	struct signal_struct *own = BPF_CORE_READ(task, signal);
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	struct signal_struct *parents = BPF_CORE_READ(parent, signal);

	if (BPF_CORE_READ(own, pids[PIDTYPE_SID]) != BPF_CORE_READ(parents, pids[PIDTYPE_SID]))
		return false;
	if (BPF_CORE_READ(own, pids[PIDTYPE_PGID]) == BPF_CORE_READ(parents, pids[PIDTYPE_PGID]))
		return false;
	return BPF_CORE_READ(own, tty) || is_shell(parent);
}

/*
 * A shell that is stopped before its job is sees nothing, and who waits for a shell does not look whether it is stopped, unless that is
 * one that controls jobs. Until the shell is stopped the job makes its call again and again, and a handler of SIGCONT would run each time.
 */
static __always_inline bool can_stop_shell_first(struct task_struct *job)
{
	struct task_struct *shell = BPF_CORE_READ(job, real_parent);

	return is_shell(shell) && !is_job(shell) &&
	       (__u64)BPF_CORE_READ(job, sighand, action[SIGCONT - 1].sa.sa_handler) <= SIG_IGN;
}

/* Its shell is not stopped yet. */
static __always_inline bool waits_for_shell(struct hold *hold, struct task_struct *task)
{
	return !hold->stops && is_job(task);
}

/* Whether the call can wait, unnoticed by whoever made it: a job, as soon as its shell is stopped. */
static __always_inline bool can_wait(struct task_struct *task)
{
	struct pt_regs *registers = (struct pt_regs *)bpf_task_pt_regs(task);
	__u64 number = registers->orig_ax;

	if (task->flags & (PF_KTHREAD | PF_IO_WORKER | PF_EXITING | PF_DUMPCORE))
		return false;
	if (task->ptrace || (task->thread_info.status & TS_COMPAT))
		return false;
	/* not within a call: the kernel is at work for the task on its way back */
	if ((long)registers->ax != -ENOSYS)
		return false;
	if (number >= 512 || !(restartable[(number >> 6) & 7] & CALL_BIT(number)))
		return false;
	return !is_job(task) || can_stop_shell_first(task);
}

/* The creating half of an open is the open itself; an exec passes two hooks, and so does a socket on its way to listen. */
static __always_inline void normalise(struct rf_question *question, const struct decision *decision)
{
	struct pt_regs *registers = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());

	question->call = decision->call;
	question->operations = decision->operations;
	switch (decision->call) {
	case RF_CALL_CREATE:
		if (is_open_call(registers->orig_ax))
			question->call = RF_CALL_OPEN;
		break;
	case RF_CALL_OPEN:
		if (decision->call_flags & O_CREAT)
			question->operations |= OPERATION(RF_CREATE);
		break;
	case RF_CALL_EXEC:
		question->operations = OPERATION(RF_EXEC) | OPERATION(RF_READ);
		break;
	case RF_CALL_LISTEN:
		question->call = RF_CALL_BIND;
		break;
	}
}

static __always_inline void read_name(struct dentry *dentry, char *name)
{
	const unsigned char *text = BPF_CORE_READ(dentry, d_name.name);
	__u64 bytes = BPF_CORE_READ(dentry, d_name.len);

	barrier_var(bytes);
	if (bytes > RF_MAX_COMPONENT)
		bytes = RF_MAX_COMPONENT;
	bpf_probe_read_kernel(name, bytes, text);
}

static __always_inline void read_directory(struct dentry *dentry, struct rf_inode *directory)
{
	read_identity(BPF_CORE_READ(dentry, d_parent), directory);
}

/* Names the object: by identity, by directory and name where it may come to be, by both where the name itself is at stake. */
static __always_inline void read_object(struct rf_question *question, struct dentry *dentry, __u32 call_flags)
{
	bool creates = question->operations & OPERATION(RF_CREATE);

	if (!dentry)
		return;
	switch (question->call) {
	case RF_CALL_UNLINK:
	case RF_CALL_RMDIR:
	case RF_CALL_RENAME:
	case RF_CALL_LINK:
		creates = false;
		break;
	default:
		if (creates)
			break;
		read_identity(dentry, &question->object);
		return;
	}
	read_directory(dentry, &question->directory);
	/* a nameless file gets a number for a name, a new one with each attempt */
	if (!(call_flags & O_TMPFILE_BIT))
		read_name(dentry, question->name);
	if (!creates)
		read_identity(dentry, &question->object);
}

/* The kernel asks the hook twice, ends swapped: it is one question. */
static __always_inline bool changes_places(const struct decision *decision)
{
	return decision->call == RF_CALL_RENAME && (decision->call_flags & RENAME_EXCHANGE);
}

static __always_inline __u64 inode_number(struct dentry *dentry)
{
	return BPF_CORE_READ(dentry, d_inode, i_ino);
}

static __always_inline void ask_about(struct hold *hold, struct labelled_task *task, const struct decision *decision,
				      const struct destination *destination)
{
	__u32 *by = decision->delegated ? &task->delegation.policy : &task->by.policy;
	struct rf_policy *policy = bpf_map_lookup_elem(&policies, by);
	struct rf_question *question = &hold->key.question;
	struct dentry *dentry = (struct dentry *)decision->dentry, *other = (struct dentry *)decision->other;

	__builtin_memset(&hold->key, 0, sizeof(hold->key));
	question->session = task->label.session;
	question->policy = *by;
	question->generation = policy ? policy->generation : 0;
	question->skill = skill_of(task);
	normalise(question, decision);
	if (changes_places(decision)) {
		question->exchange = 1;
		if (inode_number(other) < inode_number(dentry)) {
			other = dentry;
			dentry = (struct dentry *)decision->other;
		}
	}
	switch (decision->call) {
	case RF_CALL_CHMOD:
	case RF_CALL_CHOWN:
	case RF_CALL_MKNOD:
		question->argument = task->argument;
	}
	read_object(question, dentry, decision->call_flags);
	if (other) {
		read_directory(other, &question->other_directory);
		read_name(other, question->other_name);
		read_identity(other, &question->other_object);
	}
	if (destination) {
		question->protocol = destination->protocol;
		question->port = destination->port;
		question->family = destination->family;
		__builtin_memcpy(question->address, destination->address, sizeof(question->address));
		if (destination->family == AF_UNIX)
			bpf_probe_read_kernel(question->name, RF_MAX_LOCAL_NAME + 1, local_name_key(task)->name);
	}
	hold->rule.question.session = question->session;
	hold->rule.question.policy = question->policy;
	hold->rule.question.generation = question->generation;
	hold->rule.question.skill = question->skill;
	hold->rule.question.operations = question->operations;
	hold->rule.rule = decision->rule;
}

/* Global, so that the verifier walks through both once, and not once for each state that asks. */
__noinline int is_same(const struct rf_question *one, const struct rf_question *other)
{
	const __u64 *left = (const void *)one, *right = (const void *)other;
	__u64 difference = 0;

	if (!one || !other)
		return false;
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < sizeof(*one) / sizeof(__u64); i++)
		difference |= left[i] ^ right[i];
	return !difference;
}

static __always_inline struct hold *hold_of(__u64 task)
{
	struct hold *hold = bpf_map_lookup_elem(&holds, &task);

	if (hold)
		return hold;
	hold = bpf_map_lookup_elem(&hold_template, &zero);
	if (!hold || bpf_map_update_elem(&holds, &task, hold, BPF_NOEXIST))
		return NULL;
	return bpf_map_lookup_elem(&holds, &task);
}

static __always_inline void conclude_as(struct decision *decision, __u8 verdict, __u8 reason)
{
	decision->verdict = verdict;
	decision->reason = reason;
}

/* The pending question is over without its call. */
static __always_inline void withdraw(struct hold *hold, const struct rf_label *label, __u32 skill, __u32 pid)
{
	__u64 request = hold->request;

	if (!request)
		return;
	hold->request = 0;
	bpf_map_delete_elem(&pending, &request);
	bpf_map_delete_elem(&decisions, &request);
	report_end(RF_EVENT_WITHDRAWN, label, skill, request, pid);
}

static __always_inline void remember(struct hold *hold, __u64 now)
{
	__u32 index = hold->next_answer & (ANSWERS_KEPT - 1);

	hold->next_answer = index + 1;
	hold->approved[index].until_ns = now + RF_REPEAT_NS;
	bpf_probe_read_kernel(&hold->approved[index].question, sizeof(struct rf_question), &hold->key.question);
}

/*
 * Has this task been allowed just this, moments ago? While a later question of the same call waits, the clock of those before
 * it stands still: a person takes longer than a repeat.
 */
static __always_inline bool is_repeat(struct hold *hold, __u64 now, __u64 longer)
{
	__u64 then = hold->request ? hold->asked_ns : now;

	for (int i = 0; i < ANSWERS_KEPT; i++) {
		if (then < hold->approved[i].until_ns + longer && is_same(&hold->key.question, &hold->approved[i].question)) {
			if (hold->request && hold->approved[i].until_ns < now + RF_REPEAT_NS)
				hold->approved[i].until_ns = now + RF_REPEAT_NS;
			return true;
		}
	}
	return false;
}

static __always_inline bool helper_lives(__u64 now)
{
	struct rf_guard *guard = bpf_map_lookup_elem(&heartbeat, &zero);

	return guard && guard->beat_ns && now < guard->beat_ns + RF_BEAT_NS;
}

/* An answer that stays in force, 0: none. */
static __always_inline bool has_grant(struct rf_grant_key *key, __u64 now, struct decision *decision)
{
	struct rf_grant *grant = bpf_map_lookup_elem(&grants, key);
	__u32 once, verdict, reason, approver;

	if (!grant || (grant->until_ns && now > grant->until_ns))
		return false;
	once = grant->once;
	verdict = grant->verdict;
	reason = grant->reason;
	approver = grant->approver;
	/* nobody could take it back now */
	if (verdict == RF_ALLOW && !helper_lives(now))
		return false;
	/* of two that come at once only one gets it */
	if (once && bpf_map_delete_elem(&grants, key))
		return false;
	conclude_as(decision, verdict == RF_ALLOW ? RF_ALLOW : RF_BLOCK, verdict == RF_ALLOW ? RF_REASON_APPROVED : reason);
	decision->approver = approver;
	return true;
}

static __always_inline bool is_granted(struct hold *hold, __u64 now, struct decision *decision)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (has_grant(&hold->key, now, decision))
		return true;
	/* what no rule speaks of is no rule's to allow */
	if (decision->rule && !decision->several_rules && has_grant(&hold->rule, now, decision))
		return true;
	hold->key.pid = task->tgid;
	hold->key.start_ns = task->group_leader->start_boottime;
	return has_grant(&hold->key, now, decision);
}

/* Sets the verdict when it is known without asking anyone again. */
static __always_inline bool is_answered(struct hold *hold, __u64 now, struct decision *decision)
{
	struct rf_question *question = &hold->key.question;
	bool answered;

	if (is_repeat(hold, now, decision->delegated ? RF_ONE_RUN_NS - RF_REPEAT_NS : 0)) {
		conclude_as(decision, RF_ALLOW, RF_REASON_APPROVED);
		return true;
	}
	if (is_granted(hold, now, decision)) {
		if (decision->verdict == RF_ALLOW)
			remember(hold, now);
		return true;
	}
	if (question->call != RF_CALL_OPEN || question->operations != OPERATION(RF_READ))
		return false;
	/* an interpreter reads what it was allowed to run */
	hold->key.pid = 0;
	hold->key.start_ns = 0;
	question->call = RF_CALL_EXEC;
	question->operations = OPERATION(RF_EXEC) | OPERATION(RF_READ);
	answered = is_repeat(hold, now, RF_RUN_NS - RF_REPEAT_NS);
	if (answered)
		conclude_as(decision, RF_ALLOW, RF_REASON_APPROVED);
	else
		answered = is_granted(hold, now, decision);
	question->call = RF_CALL_OPEN;
	question->operations = OPERATION(RF_READ);
	return answered;
}

/* Reads the answer to the pending question. That its shell is stopped now is none: the job can stop, too. */
static __always_inline bool take_answer(struct hold *hold, __u64 now, struct decision *decision)
{
	__u64 request = hold->request;
	struct rf_answer *answer = bpf_map_lookup_elem(&decisions, &request);
	bool allowed;

	if (!answer)
		return false;
	if (answer->verdict == RF_ASK) {
		hold->stops = 1;
		bpf_map_delete_elem(&decisions, &request);
		return false;
	}
	allowed = answer->verdict == RF_ALLOW;
	/* a yes is for the call that waits, not one to keep */
	if (allowed && now >= hold->deadline_ns + RF_REPEAT_NS)
		return false;
	decision->approver = answer->approver;
	conclude_as(decision, allowed ? RF_ALLOW : RF_BLOCK, allowed ? RF_REASON_APPROVED : answer->reason);
	if (allowed)
		remember(hold, now);
	return true;
}

static __always_inline void close_question(struct hold *hold, struct decision *decision)
{
	__u64 request = hold->request;

	decision->request = request;
	decision->news = QUESTION_OVER;
	hold->request = 0;
	bpf_map_delete_elem(&pending, &request);
	bpf_map_delete_elem(&decisions, &request);
}

/* The call was made again, and its question is still open. Returns whether it is decided now. */
static __always_inline bool is_over(struct hold *hold, __u64 now, struct decision *decision, struct task_struct *task)
{
	if (take_answer(hold, now, decision))
		return true;
	if (now >= hold->deadline_ns)
		conclude_as(decision, RF_BLOCK, RF_REASON_TIMED_OUT);
	else if (!helper_lives(now))
		conclude_as(decision, RF_BLOCK, RF_REASON_GUARD_UNAVAILABLE);
	else if (!can_wait(task))
		conclude_as(decision, RF_BLOCK, RF_REASON_CANNOT_HOLD);
	else if (waits_for_shell(hold, task) ? now >= hold->asked_ns + RF_SHELL_NS : ++hold->stops > RF_MAX_STOPS)
		conclude_as(decision, RF_BLOCK, RF_REASON_CANNOT_HOLD);
	else
		return false;
	return true;
}

/* A new question. Returns whether it is refused at once. */
static __always_inline bool is_refused(struct hold *hold, __u64 now, struct decision *decision, struct task_struct *task)
{
	struct rf_counters *totals = bpf_map_lookup_elem(&counters, &zero);
	__u64 session = hold->key.question.session;
	__u64 *hold_ns = bpf_map_lookup_elem(&asking, &session);
	__u8 asked_for = decision->reason;
	__u64 request;

	conclude_as(decision, RF_BLOCK, RF_REASON_GUARD_UNAVAILABLE);
	if (!totals)
		return true;
	request = __sync_fetch_and_add(&totals->requests, 1) + 1;
	decision->request = request;
	decision->news = QUESTION_REFUSED;
	if (!helper_lives(now))
		return true;
	conclude_as(decision, RF_BLOCK, RF_REASON_NOBODY_TO_ASK);
	if (!hold_ns)
		return true;
	conclude_as(decision, RF_BLOCK, RF_REASON_CANNOT_HOLD);
	if (!can_wait(task))
		return true;
	hold->entry.pid = task->tgid;
	hold->entry.tid = task->pid;
	hold->entry.start_ns = task->group_leader->start_boottime;
	hold->entry.session = session;
	hold->entry.asked_ns = now;
	hold->entry.deadline_ns = now + *hold_ns;
	conclude_as(decision, RF_BLOCK, RF_REASON_GUARD_UNAVAILABLE);
	if (bpf_map_update_elem(&pending, &request, &hold->entry, BPF_NOEXIST))
		return true;
	hold->request = request;
	hold->asked_ns = now;
	hold->deadline_ns = hold->entry.deadline_ns;
	hold->stops = 0;
	bpf_probe_read_kernel(&hold->pending, sizeof(struct rf_question), &hold->key.question);
	decision->deadline_ns = hold->deadline_ns;
	decision->news = QUESTION_HELD;
	conclude_as(decision, RF_ASK, asked_for);
	return false;
}

/*
 * Stops the task and tells of a new question. The signal comes first: whoever hears of the question and wakes the task finds it
 * stopped or about to. Returns -ERESTARTNOINTR, or -EPERM with the verdict set.
 */
static __always_inline int wait_for_answer(struct hold *hold, __u64 now, struct decision *decision,
					   const struct destination *destination)
{
	struct task_struct *current = bpf_get_current_task_btf();
	__u32 is_new = decision->news == QUESTION_HELD;

	if (bpf_send_signal_thread(SIGSTOP)) {
		conclude_as(decision, RF_BLOCK, RF_REASON_GUARD_UNAVAILABLE);
		goto over;
	}
	decision->job = is_new && is_job(current);
	if (is_new && report(decision, destination)) {
		conclude_as(decision, RF_BLOCK, RF_REASON_GUARD_UNAVAILABLE);
		goto woken;
	}
	/* an answer that was written, and its SIGCONT sent, before the task was stopped again */
	if (!take_answer(hold, now, decision)) {
		if (waits_for_shell(hold, current))
			bpf_send_signal_thread(SIGCONT);
		return -ERESTARTNOINTR;
	}
woken:
	bpf_send_signal_thread(SIGCONT);
over:
	close_question(hold, decision);
	return decision->verdict == RF_ALLOW ? 0 : -EPERM;
}

/*
 * What becomes of a call that a rule wants asked about: 0, -EPERM with the reason in the decision, or -ERESTARTNOINTR. The
 * caller reports the decision, except for the last. Global, so that the verifier looks at it once.
 */
__noinline int ask(struct decision *decision, const struct destination *destination)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct labelled_task *task = labelled(current);
	__u64 now = bpf_ktime_get_ns();
	struct hold *hold;

	if (!decision || !task)
		return -EPERM;
	hold = hold_of((__u64)current);
	if (!hold) {
		conclude_as(decision, RF_BLOCK, RF_REASON_GUARD_UNAVAILABLE);
		return -EPERM;
	}
	ask_about(hold, task, decision, destination);
	if (is_answered(hold, now, decision)) {
		/* the answer came by a grant while its own question was still open */
		if (hold->request && is_same(&hold->key.question, &hold->pending))
			close_question(hold, decision);
		return decision->verdict == RF_ALLOW ? 0 : -EPERM;
	}
	if (hold->request && !is_same(&hold->key.question, &hold->pending))
		withdraw(hold, &task->label, skill_of(task), current->tgid);
	if (hold->request) {
		if (is_over(hold, now, decision, current)) {
			close_question(hold, decision);
			return decision->verdict == RF_ALLOW ? 0 : -EPERM;
		}
	} else if (is_refused(hold, now, decision, current)) {
		return -EPERM;
	}
	return wait_for_answer(hold, now, decision, destination);
}

/*
 * The hook of a creation is also called when the kernel has yet to find out that the file exists. The open went through, so
 * nobody need answer for the creation that did not happen. Global, so that the verifier looks at it once.
 */
__noinline int forgo_creation(void)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct labelled_task *task = labelled(current);
	__u64 key = (__u64)current;
	struct hold *hold = task ? bpf_map_lookup_elem(&holds, &key) : NULL;

	if (!hold || !hold->request || hold->pending.call != RF_CALL_OPEN)
		return 0;
	if (!(hold->pending.operations & OPERATION(RF_CREATE)))
		return 0;
	withdraw(hold, &task->label, skill_of(task), current->tgid);
	bpf_send_signal_thread(SIGCONT);
	return 0;
}

/* The end of a task withdraws its question. */
static __always_inline void forget_hold(__u64 task, const struct rf_label *label, __u32 skill, __u32 pid)
{
	struct hold *hold = bpf_map_lookup_elem(&holds, &task);

	if (!hold)
		return;
	withdraw(hold, label, skill, pid);
	bpf_map_delete_elem(&holds, &task);
}

#endif
