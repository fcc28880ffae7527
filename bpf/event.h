/* SPDX-License-Identifier: GPL-2.0-only */
/* Reporting. It never changes a verdict: what cannot be reported is counted. */
#ifndef RINGFENCE_EVENT_H
#define RINGFENCE_EVENT_H

#include "walk.h"

#define SLOT_ATTEMPTS 8
#define EVENT_PATH_LIMIT (RF_MAX_PATH_BYTES - 256)

struct destination {
	__u16 family;
	__u16 port;
	__u8 protocol;
	__u8 address[16];
};

struct path_writer {
	struct event_slot *slot;
	__u32 depth;
	__u32 bytes; /* written so far */
};

static __always_inline struct event_slot *take_slot(void)
{
	__u32 first = bpf_get_prandom_u32();

	for (__u32 i = 0; i < SLOT_ATTEMPTS; i++) {
		__u32 index = (first + i) & (RF_EVENT_SLOTS - 1);
		struct event_slot *slot = bpf_map_lookup_elem(&event_slots, &index);

		if (slot && !__sync_val_compare_and_swap(&slot->busy, 0, 1))
			return slot;
	}
	return NULL;
}

static __always_inline void release_slot(struct event_slot *slot)
{
	__sync_lock_test_and_set(&slot->busy, 0);
}

static long write_component(__u32 index, void *context)
{
	struct path_writer *writer = context;
	const unsigned char *name = NULL;
	struct dentry *dentry;
	__u64 offset = writer->bytes;
	__u64 length = 0;
	char *path = writer->slot->record + sizeof(struct rf_event);
	__u32 name_bytes = 0;

	dentry = (struct dentry *)writer->slot->dentries[(writer->depth - 1 - index) & (RF_MAX_DEPTH - 1)];
	bpf_core_read(&name_bytes, sizeof(name_bytes), &dentry->d_name.len);
	bpf_core_read(&name, sizeof(name), &dentry->d_name.name);
	length = name_bytes;
	barrier_var(offset);
	if (offset >= EVENT_PATH_LIMIT)
		return 1;
	path[offset] = '/';
	barrier_var(length);
	if (length > RF_MAX_COMPONENT)
		return 1;
	bpf_probe_read_kernel(&path[offset + 1], length, name);
	writer->bytes = offset + 1 + length;
	return 0;
}

static __always_inline void describe_caller(struct rf_event *event)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 ids = bpf_get_current_pid_tgid();
	struct mm_struct *mm = task->mm;

	event->version = RF_LAYOUT_VERSION;
	event->kind = RF_EVENT_DECISION;
	event->header_bytes = sizeof(*event);
	event->monotonic_ns = bpf_ktime_get_ns();
	event->pid = ids >> 32;
	event->tid = (__u32)ids;
	event->uid = (__u32)bpf_get_current_uid_gid();
	event->parent_pid = task->real_parent->tgid;
	event->start_ns = task->group_leader->start_boottime;
	bpf_probe_read_kernel(event->comm, sizeof(event->comm), task->group_leader->comm);
	if (mm && mm->exe_file) {
		struct inode *inode = mm->exe_file->f_inode;

		event->executable_inode = inode->i_ino;
		event->executable_device = inode->i_sb->s_dev;
	}
}

static __always_inline void count_drop(struct rf_counters *totals)
{
	__sync_fetch_and_add(&totals->dropped, 1);
}

static __always_inline void read_identity(struct dentry *dentry, struct rf_inode *identity)
{
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);

	identity->device = BPF_CORE_READ(dentry, d_sb, s_dev);
	if (inode) {
		identity->inode = BPF_CORE_READ(inode, i_ino);
		identity->generation = BPF_CORE_READ(inode, i_generation);
	}
}

/*
 * Writes the path from the root of the superblock, as far as it can be followed. Returns where it ends in the record. One variable
 * for all that is read: this lies at the end of the longest chain of calls, and the stack is short. Global as report() is, and
 * so the dentry is an address.
 */
__noinline __u32 write_path(struct event_slot *slot, __u64 address, __u32 from)
{
	struct path_writer writer = { .slot = slot, .bytes = from };
	struct dentry *dentry = (struct dentry *)address, *root;
	__u64 next = 0;

	if (!slot)
		return from;
	bpf_core_read(&next, sizeof(next), &dentry->d_sb);
	bpf_core_read(&next, sizeof(next), &((struct super_block *)next)->s_root);
	root = (struct dentry *)next;
	for (int i = 0; i < RF_MAX_DEPTH && dentry != root; i++) {
		slot->dentries[i & (RF_MAX_DEPTH - 1)] = (__u64)dentry;
		writer.depth = i + 1;
		bpf_core_read(&next, sizeof(next), &dentry->d_parent);
		if (next == (__u64)dentry)
			break;
		dentry = (struct dentry *)next;
	}
	bpf_loop(writer.depth, write_component, &writer, 0);
	return writer.bytes;
}

/* The name of an abstract socket stands where a file's path would. Returns its bytes. */
static __noinline __u32 write_local_name(struct event_slot *slot, struct labelled_task *task, __u64 bytes)
{
	barrier_var(bytes);
	if (bytes > RF_MAX_LOCAL_NAME)
		return 0;
	bpf_probe_read_kernel(slot->record + sizeof(struct rf_event), bytes, local_name_key(task)->name);
	return bytes;
}

/* Tells whoever answers. What is not held must not fill the ring for what is. Returns whether it was taken. */
static __always_inline bool tell_request(struct event_slot *slot, const struct decision *decision, __u64 bytes)
{
	struct rf_event *event = (struct rf_event *)slot->record;
	__u64 task = (__u64)bpf_get_current_task_btf();
	struct hold *hold;

	event->request = decision->request;
	if (decision->news == QUESTION_REFUSED && bpf_ringbuf_query(&requests, BPF_RB_AVAIL_DATA) > RF_REQUEST_RING_BYTES / 2)
		return false;
	if (decision->news != QUESTION_OVER) {
		hold = bpf_map_lookup_elem(&holds, &task);
		if (!hold)
			return false;
		barrier_var(bytes);
		if (bytes > sizeof(*event) + RF_MAX_PATH_BYTES)
			return false;
		bpf_probe_read_kernel(slot->record + bytes, sizeof(struct rf_question), &hold->key.question);
		bytes += sizeof(struct rf_question);
	}
	barrier_var(bytes);
	if (bytes > sizeof(slot->record))
		return false;
	return !bpf_ringbuf_output(&requests, event, bytes, 0);
}

/* Questions are few, and each has its outcome on record: a flood of other events leaves a part of the ring to them. */
static __always_inline bool has_room(const struct rf_event *event)
{
	return event->request || bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) < RF_RING_BYTES - RF_RING_RESERVE_BYTES;
}

/*
 * Global, so that the verifier looks at it once for all hooks; such functions take no kernel pointers, hence the
 * address in struct decision. destination: NULL for what has none. Returns 0, or 1 when a question could not be told.
 */
__noinline int report(const struct decision *decision, const struct destination *destination)
{
	struct rf_counters *totals = bpf_map_lookup_elem(&counters, &zero);
	struct labelled_task *task = labelled(bpf_get_current_task_btf());
	struct event_slot *slot;
	struct rf_event *event;
	int untold = 0;
	__u64 size;

	if (!totals || !task || !decision)
		return 1;
	slot = take_slot();
	if (!slot) {
		__sync_fetch_and_add(&totals->sequence, 1);
		count_drop(totals);
		return 1;
	}
	event = (struct rf_event *)slot->record;
	__builtin_memset(event, 0, sizeof(*event));
	describe_caller(event);
	event->label = task->label;
	event->label.policy = task->by.policy;
	event->label.skill = skill_of(task);
	event->origin_pid = task->lineage.pid;
	event->origin_start_ns = task->lineage.start_ns;
	event->own_program = task->lineage.executed;
	event->operation = decision->operation;
	event->call = decision->call;
	event->verdict = decision->verdict;
	event->reason = decision->reason;
	event->rule = decision->rule;
	event->location = decision->location;
	event->call_flags = decision->call_flags;
	event->operations = decision->operations;
	event->approver = decision->reason == RF_REASON_APPROVED || decision->reason == RF_REASON_DENIED ?
				  decision->approver : RF_NOBODY;
	event->deadline_ns = decision->deadline_ns;
	event->several_rules = decision->several_rules;
	event->job = decision->job;
	event->instead_of = decision->reason == RF_REASON_AUDIT_MODE ? RF_BLOCK : decision->instead_of;
	/* many refusals of what cannot be held are counted as one, so they bear no number in the log */
	if (decision->news != QUESTION_REFUSED)
		event->request = decision->request;
	if (destination) {
		event->family = destination->family;
		event->port = destination->port;
		event->protocol = destination->protocol;
		__builtin_memcpy(event->address, destination->address, sizeof(event->address));
	}
	if (destination && destination->family == AF_UNIX)
		event->path_bytes = write_local_name(slot, task, destination->port);
	if (decision->dentry) {
		struct dentry *dentry = (struct dentry *)decision->dentry;

		read_identity(dentry, &event->object);
		event->filesystem_magic = BPF_CORE_READ(dentry, d_sb, s_magic);
		event->path_bytes = write_path(slot, decision->dentry, 0);
		if (decision->other)
			event->other_path_bytes = write_path(slot, decision->other, event->path_bytes) - event->path_bytes;
	}
	size = event->path_bytes + event->other_path_bytes;
	barrier_var(size);
	if (size > RF_MAX_PATH_BYTES)
		size = RF_MAX_PATH_BYTES;
	size += sizeof(*event);
	event->sequence = __sync_fetch_and_add(&totals->sequence, 1) + 1;
	if (!has_room(event) || bpf_ringbuf_output(&events, event, size, 0))
		count_drop(totals);
	if (decision->news != NO_QUESTION)
		untold = !tell_request(slot, decision, size);
	release_slot(slot);
	return untold;
}

/* What happens to a task or session, without an object. skill: that it happens to, which may be another than the session's. */
static __noinline void report_end(__u16 kind, const struct rf_label *label, __u32 skill, __u64 request, __u32 pid)
{
	struct rf_counters *totals = bpf_map_lookup_elem(&counters, &zero);
	struct event_slot *slot;
	struct rf_event *event;

	if (!totals)
		return;
	slot = take_slot();
	if (!slot) {
		__sync_fetch_and_add(&totals->sequence, 1);
		count_drop(totals);
		return;
	}
	event = (struct rf_event *)slot->record;
	__builtin_memset(event, 0, sizeof(*event));
	event->version = RF_LAYOUT_VERSION;
	event->kind = kind;
	event->header_bytes = sizeof(*event);
	event->monotonic_ns = bpf_ktime_get_ns();
	event->label = *label;
	event->label.skill = skill;
	event->request = request;
	event->pid = pid;
	event->sequence = __sync_fetch_and_add(&totals->sequence, 1) + 1;
	if (bpf_ringbuf_output(&events, event, sizeof(*event), 0))
		count_drop(totals);
	if (request)
		bpf_ringbuf_output(&requests, event, sizeof(*event), 0);
	release_slot(slot);
}

#endif
