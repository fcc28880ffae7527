/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one session may do in all, however its calls are spread over tasks. A counter is raised before the call goes on: two that
 * come at once never exceed a limit together.
 */
#ifndef RINGFENCE_SESSION_LIMITS_H
#define RINGFENCE_SESSION_LIMITS_H

#include "label.h"

#define MINUTE_NS 60000000000ULL
#define NEW_MINUTE_ATTEMPTS 16
#define UNCOUNTABLE (~0ULL) /* bytes that nobody could say the number of */

/* Counts one deletion more. A minute begins with the word being swapped, so none is lost between two minutes. */
static __always_inline bool exceeds_in_minute(__u64 *word, __u64 minute, __u32 limit)
{
	for (int i = 0; i < NEW_MINUTE_ATTEMPTS; i++) {
		__u64 before = *(volatile __u64 *)word;

		/* also a later one: this task was delayed since it asked for the time */
		if (before >> 32 >= minute)
			return (__u32)(__sync_fetch_and_add(word, 1) + 1) > limit;
		if (__sync_val_compare_and_swap(word, before, minute << 32 | 1) == before)
			return false;
	}
	return true;
}

/* Global, so that the verifier looks at it once. Not 0: one more would be too many. */
__noinline int exceeds_deletions(void)
{
	struct labelled_task *task = labelled(bpf_get_current_task_btf());
	struct rf_policy *policy;
	struct rf_session *session;

	if (!task)
		return 1;
	policy = bpf_map_lookup_elem(&policies, &task->label.policy);
	if (!policy || !policy->deletions_per_minute)
		return 0;
	session = bpf_map_lookup_elem(&sessions, &task->label.session);
	return !session ||
	       exceeds_in_minute(&session->deletions, bpf_ktime_get_ns() / MINUTE_NS, policy->deletions_per_minute);
}

/* Counts what a call is about to send. Not 0: it would be too much. */
__noinline int exceeds_bytes(__u64 bytes)
{
	struct labelled_task *task = labelled(bpf_get_current_task_btf());
	struct rf_policy *policy;
	struct rf_session *session;
	__u64 limit;

	if (!task)
		return 1;
	task->counted_bytes = 0;
	policy = bpf_map_lookup_elem(&policies, &task->label.policy);
	limit = policy ? policy->bytes_sent : 0;
	if (!limit)
		return 0;
	session = bpf_map_lookup_elem(&sessions, &task->label.session);
	if (!session || bytes > limit)
		return 1;
	if (__sync_fetch_and_add(&session->bytes_sent, bytes) + bytes > limit) {
		__sync_fetch_and_add(&session->bytes_sent, -bytes);
		return 1;
	}
	task->counted_bytes = bytes;
	return 0;
}

/* The call is over: what it did not send does not count. */
static __always_inline void give_back_unsent(struct labelled_task *task, __s64 sent)
{
	__u64 counted = task->counted_bytes;
	struct rf_session *session;

	task->counted_bytes = 0;
	if (sent < 0)
		sent = 0;
	if (counted <= (__u64)sent)
		return;
	session = bpf_map_lookup_elem(&sessions, &task->label.session);
	if (session)
		__sync_fetch_and_add(&session->bytes_sent, (__u64)sent - counted);
}

static __always_inline void count_process(__u64 session, __s64 change)
{
	struct rf_session *entry = bpf_map_lookup_elem(&sessions, &session);

	if (entry)
		__sync_fetch_and_add(&entry->processes, change);
}

/* Counts a process that is about to come to be. */
static __always_inline bool exceeds_processes(const struct rf_label *label)
{
	struct rf_session *session = bpf_map_lookup_elem(&sessions, &label->session);
	struct rf_policy *policy = bpf_map_lookup_elem(&policies, &label->policy);
	__u32 limit = policy ? policy->processes : 0;

	if (!session)
		return limit != 0;
	if (__sync_fetch_and_add(&session->processes, 1) + 1 <= limit || !limit)
		return false;
	__sync_fetch_and_add(&session->processes, -1);
	return true;
}

#endif
