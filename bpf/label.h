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

/* The entry of the task that makes the call, NULL when it is no agent's. */
static __always_inline struct labelled_task *caller(void)
{
	if (!labelled_tasks)
		return NULL;
	return labelled(bpf_get_current_task_btf());
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
	count_task(label->session, 1);
	return 0;
}

#endif
