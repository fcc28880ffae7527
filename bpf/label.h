/* SPDX-License-Identifier: GPL-2.0-only */
/* Who a task acts for: set once, copied to every child, gone with the task. */
#ifndef RINGFENCE_LABEL_H
#define RINGFENCE_LABEL_H

#include "maps.h"

/* Labelled tasks alive. While it is 0 every hook leaves at once. */
static __u64 labelled_tasks;

static __always_inline struct labelled_task *labelled(struct task_struct *task)
{
	__u64 key = (__u64)task;

	return bpf_map_lookup_elem(&tasks, &key);
}

/* The entry of the first thread of a task's process. */
static __always_inline struct labelled_task *leader_of(struct labelled_task *entry, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	return leader == task ? entry : labelled(leader);
}

static __always_inline bool has_skills(const struct labelled_task *task)
{
	return task->label.flags & RF_LABEL_SKILLS;
}

/* A process is bound as a whole, by whichever of its threads opens the script: the others find it with the first one. */
static __always_inline void follow_leader(struct labelled_task *task, struct task_struct *current)
{
	struct labelled_task *leader;

	if (!has_skills(task) || task->bound.policy)
		return;
	leader = leader_of(task, current);
	if (leader && leader->bound.policy)
		task->bound = leader->bound;
}

static __always_inline void name_origin(struct lineage *lineage, struct task_struct *origin)
{
	lineage->pid = BPF_CORE_READ(origin, tgid);
	lineage->start_ns = BPF_CORE_READ(origin, group_leader, start_boottime);
}

static __always_inline void judge_by_session(struct labelled_task *task)
{
	task->by.policy = task->label.policy;
	task->by.skill = task->label.skill;
}

static __always_inline void judge_by_skill(struct labelled_task *task)
{
	task->by = task->bound;
}

/* The skill that a record or question names: the one that the task is bound to, else that of the session. */
static __always_inline __u32 skill_of(const struct labelled_task *task)
{
	return task->bound.policy ? task->bound.skill : task->label.skill;
}

/* The entry of the task that makes the call, NULL when it is no agent's. */
static __always_inline struct labelled_task *caller(void)
{
	struct task_struct *current;
	struct labelled_task *task;

	if (!labelled_tasks)
		return NULL;
	current = bpf_get_current_task_btf();
	task = labelled(current);
	if (!task)
		return NULL;
	follow_leader(task, current);
	judge_by_session(task);
	return task;
}

/* Is this another process of the session that is not held to what the caller is? */
static __always_inline bool is_outside_skill(const struct labelled_task *task, struct labelled_task *other,
					     struct task_struct *target)
{
	struct labelled_task *leader;

	if (!task->bound.policy)
		return false;
	leader = leader_of(other, target);
	return !leader || leader->bound.policy != task->bound.policy;
}

/* Where an abstract socket's name is put together to be looked up, and is found by whoever asks or reports. */
static __always_inline struct rf_local_name_key *local_name_key(struct labelled_task *task)
{
	return (struct rf_local_name_key *)task->name;
}

static __always_inline void count_task(__u64 session, __s64 change)
{
	struct rf_session *entry = bpf_map_lookup_elem(&sessions, &session);

	__sync_fetch_and_add(&labelled_tasks, change);
	if (entry)
		__sync_fetch_and_add(&entry->live_tasks, change);
}

/* Index in task_templates. */
#define LABELLED_BY_CREATOR 0
#define LABELLED_FROM_OUTSIDE 1

static __always_inline int insert_label(struct task_struct *task, __u32 template, const struct rf_label *label,
					bool counted)
{
	__u64 key = (__u64)task;
	struct labelled_task *value = bpf_map_lookup_elem(&task_templates, &template);

	if (!value)
		return -ENOMEM;
	if (bpf_map_update_elem(&tasks, &key, value, BPF_ANY))
		return -EAGAIN;
	value = bpf_map_lookup_elem(&tasks, &key);
	if (!value)
		return -EAGAIN;
	value->label = *label;
	value->counted = counted;
	value->is_first = template == LABELLED_FROM_OUTSIDE;
	value->lineage.executed = template == LABELLED_FROM_OUTSIDE;
	count_task(label->session, 1);
	return 0;
}

#endif
