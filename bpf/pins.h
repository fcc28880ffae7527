/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that bound skills stand on. Whoever changes one, agent or not, drops the trust in each skill that stands on it: in the
 * hook that lets the change happen, before it happens. A session whose skill has lost its trust is left with the base rules.
 */
#ifndef RINGFENCE_PINS_H
#define RINGFENCE_PINS_H

#include "approval.h"

/* What is about to be changed, and how. Addresses, as it crosses into a function that the verifier sees once. */
struct change {
	__u64 inode;
	__u64 dentry;
	__u64 other; /* dentry of where a rename or link leads, 0: nowhere */
	__u32 only;  /* skill that is concerned, 0: every one that stands on the inode */
	__u8 call;
	__u8 operation;
};

struct drop {
	struct event_slot *slot; /* NULL: there was none free, so nobody is told */
	struct rf_inode object;
	__u64 now;
	__u64 bytes; /* of the record */
	__u32 pid;
	__u32 only;
};

static __always_inline bool anything_pinned(void)
{
	__u32 *count = bpf_map_lookup_elem(&bound_skills, &zero);

	return count && *count;
}

static __always_inline void identify(struct inode *inode, struct rf_inode *identity)
{
	identity->device = BPF_CORE_READ(inode, i_sb, s_dev);
	identity->generation = BPF_CORE_READ(inode, i_generation);
	identity->inode = BPF_CORE_READ(inode, i_ino);
}

static __always_inline bool is_folder(struct inode *inode)
{
	return (BPF_CORE_READ(inode, i_mode) & S_IFMT) == S_IFDIR;
}

static __always_inline void tell_drop(struct drop *drop, __u32 skill, const struct rf_skill *known)
{
	struct rf_counters *totals = bpf_map_lookup_elem(&counters, &zero);
	struct rf_event *event;
	__u64 bytes = drop->bytes;

	if (!totals)
		return;
	if (!drop->slot) {
		__sync_fetch_and_add(&totals->sequence, 1);
		count_drop(totals);
		return;
	}
	event = (struct rf_event *)drop->slot->record;
	event->label.session = known->session;
	event->label.skill = skill;
	event->sequence = __sync_fetch_and_add(&totals->sequence, 1) + 1;
	barrier_var(bytes);
	if (bytes > sizeof(drop->slot->record))
		return;
	if (bpf_ringbuf_output(&events, event, bytes, 0))
		count_drop(totals);
}

static long drop_skill(struct bpf_map *map, const __u32 *number, struct rf_skill *skill, struct drop *drop)
{
	struct rf_pin_key key = { .object = drop->object, .skill = *number };

	if (drop->only && drop->only != key.skill)
		return 0;
	if (!drop->only && !bpf_map_lookup_elem(&pins, &key))
		return 0;
	/* the first change counts; of two at once only one is told */
	if (__sync_val_compare_and_swap(&skill->dropped_ns, 0, drop->now))
		return 0;
	skill->pid = drop->pid;
	tell_drop(drop, key.skill, skill);
	return 0;
}

static __always_inline void describe_change(struct drop *drop, const struct change *change)
{
	struct dentry *dentry = (struct dentry *)change->dentry, *other = (struct dentry *)change->other;
	struct event_slot *slot = drop->slot;
	struct rf_event *event = (struct rf_event *)slot->record;
	__u64 size;

	__builtin_memset(event, 0, sizeof(*event));
	describe_caller(event);
	event->kind = RF_EVENT_TRUST_DROPPED;
	event->reason = RF_REASON_TRUST_DROPPED;
	event->call = change->call;
	event->operation = change->operation;
	event->object = drop->object;
	event->filesystem_magic = BPF_CORE_READ(dentry, d_sb, s_magic);
	event->path_bytes = write_path(slot, (__u64)dentry, 0);
	if (other)
		event->other_path_bytes = write_path(slot, (__u64)other, event->path_bytes) - event->path_bytes;
	size = event->path_bytes + event->other_path_bytes;
	barrier_var(size);
	if (size > RF_MAX_PATH_BYTES)
		size = RF_MAX_PATH_BYTES;
	drop->bytes = size + sizeof(*event);
}

/* Global, so that the verifier looks at it once for all hooks. */
__noinline int drop_trust(const struct change *change)
{
	struct drop drop = {};

	if (!change)
		return 0;
	identify((struct inode *)change->inode, &drop.object);
	drop.only = change->only;
	drop.now = bpf_ktime_get_ns();
	drop.pid = bpf_get_current_pid_tgid() >> 32;
	drop.slot = take_slot();
	if (!drop.slot) {
		bpf_for_each_map_elem(&skills, drop_skill, &drop, 0);
		return 0;
	}
	describe_change(&drop, change);
	bpf_for_each_map_elem(&skills, drop_skill, &drop, 0);
	release_slot(drop.slot);
	return 0;
}

/*
 * The object is about to be changed, and nothing stands in the way of it any more. other: NULL for what leads nowhere. A function
 * of its own, so that the hooks' stacks stay short.
 */
static __noinline int make_change(struct inode *inode, struct dentry *dentry, struct dentry *other, __u8 call, __u8 operation)
{
	struct change change = { .inode = (__u64)inode, .dentry = (__u64)dentry, .other = (__u64)other,
				 .call = call, .operation = operation };
	struct rf_inode object = {};

	identify(inode, &object);
	if (bpf_map_lookup_elem(&pinned, &object))
		drop_trust(&change);
	return 0;
}

static __always_inline void note_change(struct inode *inode, struct dentry *dentry, struct dentry *other, __u8 call, __u8 operation)
{
	if (inode && anything_pinned())
		make_change(inode, dentry, other, call, operation);
}

struct addition {
	struct rf_inode folder;
	__u64 session; /* whose task makes it, 0: nobody's */
};

static long add_to_skill(struct bpf_map *map, const __u32 *number, struct rf_skill *skill, struct addition *addition)
{
	struct rf_pin_key key = { .object = addition->folder, .skill = *number };
	__u32 *role = bpf_map_lookup_elem(&pins, &key);

	if (role && *role == RF_PIN_FOLDER && skill->session != addition->session)
		skill->additions = 1;
	return 0;
}

/* A name is about to be added to a folder. */
static __noinline int make_addition(struct inode *folder, const struct labelled_task *task)
{
	struct addition addition = { .session = task ? task->label.session : 0 };

	identify(folder, &addition.folder);
	if (bpf_map_lookup_elem(&pinned, &addition.folder))
		bpf_for_each_map_elem(&skills, add_to_skill, &addition, 0);
	return 0;
}

/* An editor's lock or backup is no change of the skill. It becomes one when the skill's own session opens it: see meet_addition. */
static __always_inline void note_addition(struct inode *folder, const struct labelled_task *task)
{
	if (anything_pinned())
		make_addition(folder, task);
}

struct pin_search {
	struct rf_pin_key key;
	__u64 dentry;
	__u32 role; /* of the nearest folder above that is pinned; 0: none is */
};

static long look_above(__u32 index, void *context)
{
	struct pin_search *search = context;
	struct dentry *dentry = (struct dentry *)search->dentry;
	struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
	__u32 *role;

	if (parent == dentry)
		return 1;
	search->dentry = (__u64)parent;
	identify(BPF_CORE_READ(parent, d_inode), &search->key.object);
	role = bpf_map_lookup_elem(&pins, &search->key);
	if (!role)
		return 0;
	search->role = *role;
	return 1;
}

/* Is this a file that others have put into the skill's folders? Of a directory nobody is misled. */
static __noinline int find_addition(struct file *file, __u32 skill)
{
	struct change change = { .inode = (__u64)file->f_inode, .dentry = (__u64)file->f_path.dentry, .only = skill,
				 .call = RF_CALL_OPEN, .operation = RF_READ };
	struct pin_search search = { .key.skill = skill };

	if (is_folder(file->f_inode))
		return 0;
	identify(file->f_inode, &search.key.object);
	if (bpf_map_lookup_elem(&pins, &search.key))
		return 0;
	search.dentry = (__u64)BPF_CORE_READ(file, f_path.dentry);
	bpf_loop(RF_MAX_DEPTH, look_above, &search, 0);
	if (search.role == RF_PIN_FOLDER)
		drop_trust(&change);
	return 0;
}

/* What others have added to the skill since it was bound, nobody has signed. */
static __always_inline void meet_addition_to(__u32 number, struct file *file)
{
	struct rf_skill *skill = number ? bpf_map_lookup_elem(&skills, &number) : NULL;

	if (skill && skill->additions && !skill->dropped_ns)
		find_addition(file, number);
}

/* The session of a skill opens something, or what is bound to one does. */
static __always_inline void meet_addition(const struct labelled_task *task, struct file *file)
{
	meet_addition_to(task->label.skill, file);
	if (task->bound.policy)
		meet_addition_to(task->bound.skill, file);
}

static __always_inline bool is_trusted(const struct labelled_task *task)
{
	__u32 number = task->by.skill;
	struct rf_skill *skill;

	if (!number)
		return true;
	skill = bpf_map_lookup_elem(&skills, &number);
	return skill && !skill->dropped_ns;
}

/* Without trust in the skill only the base allows anything: state is where the walk of the path ended. */
static __always_inline void withhold(const struct labelled_task *task, __u32 operations, __u32 state,
				     struct decision *decision)
{
	struct rf_policy *policy = bpf_map_lookup_elem(&policies, &task->by.policy);
	struct rf_node *node = state ? bpf_map_lookup_elem(&nodes, &state) : NULL;
	__u32 number = node ? node->accept : 0;
	struct rf_accept *accept = number ? bpf_map_lookup_elem(&accepts, &number) : NULL;
	__u32 first = policy ? policy->first_base_rule : 0;

	if (decision->verdict > RF_ASK)
		return;
	for (__u32 operation = 0; operation < RF_OPERATIONS; operation++) {
		if (!(operations & OPERATION(operation)))
			continue;
		if (accept && first && accept->rule[operation] >= first)
			continue;
		conclude_as(decision, RF_BLOCK, RF_REASON_TRUST_DROPPED);
		decision->operation = operation;
		decision->rule = 0;
		return;
	}
}

/* The same where the base has no say. */
static __always_inline void withhold_all(const struct labelled_task *task, struct decision *decision)
{
	if (decision->verdict > RF_ASK || is_trusted(task))
		return;
	conclude_as(decision, RF_BLOCK, RF_REASON_TRUST_DROPPED);
	decision->rule = 0;
}

/* The call that waited for an answer is refused without one. Global, so that the verifier looks at it once. */
__noinline int abandon_question(void)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct labelled_task *task = labelled(current);
	__u64 key = (__u64)current;
	struct hold *hold = task ? bpf_map_lookup_elem(&holds, &key) : NULL;

	if (hold)
		withdraw(hold, &task->label, skill_of(task), current->tgid);
	return 0;
}

#endif
