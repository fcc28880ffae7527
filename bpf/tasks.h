/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of a label. */
#ifndef RINGFENCE_TASKS_H
#define RINGFENCE_TASKS_H

#include "recognise.h"

static __always_inline int refuse_process(struct labelled_task *creator)
{
	struct decision decision = { .call = RF_CALL_FORK, .operation = RF_EXEC, .operations = OPERATION(RF_EXEC) };

	refuse(&decision, RF_BLOCK, RF_REASON_LIMIT_PROCESSES);
	enforce(creator, &decision, NULL);
	report(&decision, NULL);
	return -EPERM;
}

/* What only forks leaves no trace: its children come from whoever above it runs a program of its own. */
static __always_inline void pass_lineage(const struct labelled_task *creator, struct task_struct *child, bool is_process)
{
	struct labelled_task *entry = labelled(child);

	if (!entry)
		return;
	entry->lineage = creator->lineage;
	if (!is_process)
		return;
	if (creator->lineage.executed)
		name_origin(&entry->lineage, bpf_get_current_task_btf());
	entry->lineage.executed = 0;
}

/* A child gets its creator's label, or does not come to be. */
SEC("lsm/task_alloc")
int BPF_PROG(rf_task_alloc, struct task_struct *task, unsigned long clone_flags, int ret)
{
	struct labelled_task *creator = caller();
	bool is_process = !(clone_flags & CLONE_THREAD);
	struct rf_label label;
	__u64 key = (__u64)task;

	if (ret)
		return ret;
	if (!creator) {
		/* an entry that its task's end could not remove must not label whoever gets that address next */
		if (labelled_tasks && labelled(task))
			bpf_map_delete_elem(&tasks, &key);
		return 0;
	}
	/* while two builds are attached the other one has done it */
	if (creator->last_child == key && labelled(task))
		return 0;
	label = creator->label;
	if (is_process && exceeds_processes(&label))
		return refuse_process(creator);
	if (!insert_label(task, LABELLED_BY_CREATOR, &label, is_process)) {
		pass_lineage(creator, task, is_process);
		pass_program(creator, task);
		pass_skill(creator, task, is_process);
		creator->last_child = key;
		return 0;
	}
	if (is_process)
		count_process(label.session, -1);
	return -EAGAIN;
}

/* A process was waited for, or nobody will. When a thread executes a program it takes the place of the first one, which goes. */
SEC("fentry/release_task")
int BPF_PROG(rf_release_task, struct task_struct *task)
{
	struct labelled_task *entry, *heir;

	if (!labelled_tasks)
		return 0;
	entry = labelled(task);
	if (!entry || !entry->counted)
		return 0;
	entry->counted = 0;
	heir = task->group_leader == task ? NULL : labelled(task->group_leader);
	if (heir)
		heir->counted = 1;
	else
		count_process(entry->label.session, -1);
	return 0;
}

/* A new program. Where the kernel has skipped the above, the process is counted anew, before the task that stood for it goes. */
SEC("lsm/bprm_committed_creds")
int BPF_PROG(rf_bprm_committed_creds, struct linux_binprm *bprm)
{
	struct labelled_task *task = caller();

	if (!task)
		return meet_agent(bprm);
	task->lineage.executed = 1;
	if (has_skills(task))
		take_skill(task, bprm);
	take_program(task, bprm);
	if (task->counted)
		return 0;
	task->counted = 1;
	count_process(task->label.session, 1);
	return 0;
}

SEC("lsm/task_free")
int BPF_PROG(rf_task_free, struct task_struct *task)
{
	struct labelled_task *entry;
	struct rf_session *session;
	struct rf_label label;
	__u64 key = (__u64)task;
	__u32 skill;

	forget_expectation(key);
	if (!labelled_tasks)
		return 0;
	entry = labelled(task);
	if (!entry)
		return 0;
	label = entry->label;
	skill = skill_of(entry);
	if (entry->counted)
		count_process(label.session, -1);
	bpf_map_delete_elem(&tasks, &key);
	forget_hold(key, &label, skill, task->tgid);
	__sync_fetch_and_add(&labelled_tasks, -1);
	session = bpf_map_lookup_elem(&sessions, &label.session);
	if (session && __sync_fetch_and_add(&session->live_tasks, -1) == 1) {
		report_end(RF_EVENT_SESSION_ENDED, &label, label.skill, 0, 0);
		/* the helper did not make it, so it need not be there to remove it */
		if (label.flags & RF_LABEL_RECOGNISED)
			bpf_map_delete_elem(&sessions, &label.session);
	}
	return 0;
}

/* Of one that is labelled with what it runs, as its parent may have been before it. */
static __always_inline void note_parent(struct task_struct *task)
{
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	struct labelled_task *entry = labelled(task), *above = labelled(parent);

	if (entry && above && above->label.session == entry->label.session)
		name_origin(&entry->lineage, parent);
}

static __always_inline int label_thread(struct task_struct *task, const struct rf_label *label)
{
	bool is_process = task->group_leader == task;
	int error = insert_label(task, LABELLED_FROM_OUTSIDE, label, is_process);

	if (error)
		return error;
	note_parent(task);
	if (is_process)
		count_process(label->session, 1);
	return 0;
}

/* Labels the process that label_order names, and answers for each of its threads. */
SEC("iter/task")
int rf_label_process(struct bpf_iter__task *context)
{
	struct rf_label_order *order = bpf_map_lookup_elem(&label_order, &zero);
	struct task_struct *task = context->task;
	struct rf_task_report answer = {};

	if (!task || !order || task->tgid != (int)order->pid)
		return 0;
	answer.pid = task->tgid;
	answer.tid = task->pid;
	answer.label = order->label;
	answer.error = labelled(task) ? -EPERM : label_thread(task, &order->label);
	bpf_seq_write(context->meta->seq, &answer, sizeof(answer));
	return 0;
}

/* Every labelled thread there is. */
SEC("iter/task")
int rf_list_labels(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct rf_task_report answer = {};
	struct labelled_task *entry;

	if (!task)
		return 0;
	entry = labelled(task);
	if (!entry)
		return 0;
	answer.pid = task->tgid;
	answer.tid = task->pid;
	answer.parent_pid = task->real_parent->tgid;
	answer.label = entry->label;
	answer.label.skill = skill_of(entry);
	bpf_probe_read_kernel(answer.comm, sizeof(answer.comm), task->comm);
	bpf_seq_write(context->meta->seq, &answer, sizeof(answer));
	return 0;
}

#endif
