/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where an object is, and what the policy says there. The path is the dentries from the object to the root of its
 * superblock: neither the caller's string nor the caller's mounts have a say in it.
 */
#ifndef RINGFENCE_WALK_H
#define RINGFENCE_WALK_H

#include "label.h"

/* A question about a path and its answer. Plain numbers: it crosses into a function that the verifier sees once. */
struct walk {
	__u64 root_inode; /* address, of the superblock's root */
	__u32 device;
	__u32 has_locations; /* the superblock holds protected locations */
	__u32 operations;    /* bit per operation asked for */
	__u32 depth;         /* dentries in the task's scratch memory */
	__u32 state;         /* of the automaton: where to start, then where it ended; 0: dead */
	__u32 location;      /* protected location that refuses, 0: none */
	__u32 reason;        /* why the path could not be resolved, 0: it could */
};

/* The stack has room for what must be on it: pointers to entries of maps. */
struct walker {
	struct labelled_task *task;
	struct rf_superblock *superblock; /* NULL: holds no protected location */
};

struct byte_walk {
	struct labelled_task *task;
	struct rf_byte_classes *classes;
};

/* Writes the dentries below the superblock's root to the task's scratch memory, leaf first. */
static __always_inline __u32 collect(struct labelled_task *task, struct dentry *dentry, __u32 *depth)
{
	struct dentry *root = dentry->d_sb->s_root;
	__u32 count = 0;

	for (int i = 0; i <= RF_MAX_DEPTH; i++) {
		struct dentry *parent;

		if (dentry == root)
			break;
		parent = dentry->d_parent;
		if (parent == dentry)
			return RF_REASON_DISCONNECTED;
		if (count >= RF_MAX_DEPTH)
			return RF_REASON_TOO_DEEP;
		task->dentries[count & (RF_MAX_DEPTH - 1)] = (__u64)dentry;
		count++;
		dentry = parent;
	}
	*depth = count;
	return 0;
}

/* The same from an address alone. */
static __always_inline __u32 collect_from(struct labelled_task *task, struct dentry *dentry, struct dentry *root, __u32 *depth)
{
	__u32 count = 0;

	for (int i = 0; i <= RF_MAX_DEPTH; i++) {
		struct dentry *parent;

		if (dentry == root)
			break;
		parent = BPF_CORE_READ(dentry, d_parent);
		if (parent == dentry)
			return RF_REASON_DISCONNECTED;
		if (count >= RF_MAX_DEPTH)
			return RF_REASON_TOO_DEEP;
		task->dentries[count & (RF_MAX_DEPTH - 1)] = (__u64)dentry;
		count++;
		dentry = parent;
	}
	*depth = count;
	return 0;
}

static __always_inline __u32 read_cell(struct labelled_task *task, __u32 cell)
{
	struct rf_cells *there;

	task->bytes.block = cell >> 2;
	there = bpf_map_lookup_elem(&cells, &task->bytes.block);
	return there ? there->of[cell & 3] : 0;
}

static long step_byte(__u32 index, void *context)
{
	struct byte_walk *walk = context;
	struct byte_position *bytes = &walk->task->bytes;
	__u8 byte = walk->task->name[index & RF_MAX_COMPONENT];
	__u32 class = walk->classes->of[byte];
	__u32 row = class ? read_cell(walk->task, bytes->at + class) : 0;

	bytes->at = row ? bytes->first + (row - 1) * bytes->width : 0;
	return row == 0;
}

/* What the name in scratch memory comes to in the byte automaton with this first row, 0: nothing. */
static __always_inline __u32 match_wildcards(struct labelled_task *task, __u32 first, __u32 length)
{
	struct byte_walk walk = { .task = task };

	task->bytes.first = first;
	task->bytes.width = read_cell(task, first - 1);
	task->bytes.at = read_cell(task, first - 2);
	walk.classes = bpf_map_lookup_elem(&byte_classes, &task->bytes.at);
	if (!walk.classes)
		return 0;
	task->bytes.at = first;
	bpf_loop(length, step_byte, &walk, 0);
	return task->bytes.at ? read_cell(task, task->bytes.at) : 0;
}

/* The number of the component in scratch memory, by its exact bytes; 0: no rule and no location names it. */
static __always_inline __u32 component_number(struct labelled_task *task, __u64 length, const unsigned char *name)
{
	__u32 *number;
	void *key = task->name;

	barrier_var(length);
	if (length > RF_MAX_COMPONENT)
		return 0;
	if (length <= 15) {
		__builtin_memset(key, 0, 16);
		bpf_probe_read_kernel(key, length, name);
		number = bpf_map_lookup_elem(&names_16, key);
	} else if (length <= 31) {
		__builtin_memset(key, 0, 32);
		bpf_probe_read_kernel(key, length, name);
		number = bpf_map_lookup_elem(&names_32, key);
	} else if (length <= 63) {
		__builtin_memset(key, 0, 64);
		bpf_probe_read_kernel(key, length, name);
		number = bpf_map_lookup_elem(&names_64, key);
	} else if (length <= 127) {
		__builtin_memset(key, 0, 128);
		bpf_probe_read_kernel(key, length, name);
		number = bpf_map_lookup_elem(&names_128, key);
	} else {
		__builtin_memset(key, 0, 256);
		bpf_probe_read_kernel(key, length, name);
		number = bpf_map_lookup_elem(&names_256, key);
	}
	return number ? *number : 0;
}

static __always_inline void enter_location(struct walker *walk, __u32 number)
{
	struct rf_location *location = bpf_map_lookup_elem(&locations, &number);

	if (location && (location->refuses & walk->task->descent.operations))
		walk->task->descent.location = number;
}

/* Is this inode a protected one, or the parent of protected names? */
static __always_inline void check_inode(struct walker *walk, struct inode *inode)
{
	struct descent *descent = &walk->task->descent;
	__u64 number = 0, bit;
	struct rf_location_inode *entry;
	struct rf_inode key = {};

	descent->parent_names = 0;
	if (!inode || bpf_core_read(&number, sizeof(number), &inode->i_ino))
		return;
	bit = (number * 0x9E3779B97F4A7C15ULL) >> 54;
	if (!(walk->superblock->bloom[(bit >> 6) & 15] & (1ULL << (bit & 63))))
		return;
	key.device = descent->device;
	key.inode = number;
	bpf_core_read(&key.generation, sizeof(key.generation), &inode->i_generation);
	entry = bpf_map_lookup_elem(&location_inodes, &key);
	if (!entry)
		return;
	if (entry->location)
		enter_location(walk, entry->location);
	descent->parent_names = entry->names;
	descent->parent = key;
}

static __always_inline void check_name(struct walker *walk, __u32 component)
{
	struct rf_location_name key = { .parent = walk->task->descent.parent, .component = component };
	__u32 *location = bpf_map_lookup_elem(&location_names, &key);

	if (location)
		enter_location(walk, *location);
}

static __always_inline void advance(struct walker *walk, __u32 component, __u32 length)
{
	struct descent *descent = &walk->task->descent;
	struct rf_edge_key key = { .state = descent->state, .component = component };
	struct rf_node *node = bpf_map_lookup_elem(&nodes, &descent->state);
	__u32 *edge = component ? bpf_map_lookup_elem(&edges, &key) : NULL;
	__u32 next = 0;

	if (!edge && node && node->row) {
		key.component = match_wildcards(walk->task, node->row, length);
		if (key.component) {
			key.component |= RF_OUTCOME_EDGE;
			edge = bpf_map_lookup_elem(&edges, &key);
		}
	}
	if (edge)
		next = *edge;
	else if (node)
		next = node->wild;
	descent->state = next;
	node = next ? bpf_map_lookup_elem(&nodes, &next) : NULL;
	descent->absorbed = !node || (node->flags & RF_NODE_ABSORBING);
}

/* One component, from the root of the superblock down. */
static long step_component(__u32 index, void *context)
{
	struct walker *walk = context;
	struct descent *descent = &walk->task->descent;
	struct dentry *dentry;
	struct inode *inode = NULL;
	const unsigned char *name = NULL;
	__u32 length = 0, component = 0;

	if (descent->absorbed && !walk->superblock)
		return 1;
	dentry = (struct dentry *)walk->task->dentries[(descent->depth - 1 - index) & (RF_MAX_DEPTH - 1)];
	if (!descent->absorbed || descent->parent_names) {
		bpf_core_read(&length, sizeof(length), &dentry->d_name.len);
		bpf_core_read(&name, sizeof(name), &dentry->d_name.name);
		if (length > RF_MAX_COMPONENT) {
			descent->reason = RF_REASON_NAME_TOO_LONG;
			return 1;
		}
		component = component_number(walk->task, length, name);
	}
	if (walk->superblock) {
		if (descent->parent_names && component)
			check_name(walk, component);
		bpf_core_read(&inode, sizeof(inode), &dentry->d_inode);
		check_inode(walk, inode);
	}
	if (!descent->absorbed)
		advance(walk, component, length);
	return 0;
}

extern const void rename_lock __ksym;

static __always_inline __u32 rename_count(void)
{
	__u32 count = 1;

	bpf_probe_read_kernel(&count, sizeof(count), &rename_lock);
	return count;
}

/* The scratch memory of a task that is no agent's, as far as anybody knows yet. */
static __always_inline struct labelled_task *looked_at(struct task_struct *task)
{
	__u64 key = (__u64)task;

	return bpf_map_lookup_elem(&candidates, &key);
}

/* From the root of the superblock down the collected dentries. */
__noinline int descend(struct walk *walk)
{
	struct walker walker = {};
	struct descent *descent;
	struct rf_node *node;

	walker.task = labelled(bpf_get_current_task_btf());
	if (!walker.task)
		walker.task = looked_at(bpf_get_current_task_btf());
	if (!walk || !walker.task)
		return 0;
	descent = &walker.task->descent;
	descent->parent_names = 0;
	descent->location = 0;
	descent->reason = 0;
	descent->device = walk->device;
	descent->depth = walk->depth;
	descent->operations = walk->operations;
	descent->state = walk->state;
	node = bpf_map_lookup_elem(&nodes, &descent->state);
	descent->absorbed = !descent->state || !node || (node->flags & RF_NODE_ABSORBING);
	if (walk->has_locations)
		walker.superblock = bpf_map_lookup_elem(&superblocks, &descent->device);
	if (walker.superblock)
		check_inode(&walker, (struct inode *)walk->root_inode);
	bpf_loop(descent->depth, step_component, &walker, 0);
	walk->state = descent->state;
	walk->location = descent->location;
	walk->reason = descent->reason;
	descent->skill_state = 0;
	if (!descent->skill_start || walk->reason)
		return 0;
	/* the same dentries; locations have been looked for */
	walker.superblock = NULL;
	descent->parent_names = 0;
	descent->state = descent->skill_start;
	node = bpf_map_lookup_elem(&nodes, &descent->state);
	descent->absorbed = !node || (node->flags & RF_NODE_ABSORBING);
	bpf_loop(descent->depth, step_component, &walker, 0);
	descent->skill_state = descent->state;
	return 0;
}

static __always_inline bool walk_once(struct walk *walk, struct labelled_task *task, struct dentry *dentry, __u32 start)
{
	__u32 before = rename_count();

	walk->state = start;
	walk->reason = collect(task, dentry, &walk->depth);
	if (!walk->reason)
		descend(walk);
	return !(before & 1) && before == rename_count();
}

/* Walks again while directories move underneath; gives up after three attempts. */
static __always_inline void walk_path(struct walk *walk, struct labelled_task *task, struct dentry *dentry, __u32 start)
{
	if (walk_once(walk, task, dentry, start) || walk_once(walk, task, dentry, start) ||
	    walk_once(walk, task, dentry, start))
		return;
	walk->reason = RF_REASON_UNSTABLE_PATH;
}

/* Down the path of what has nothing but an address. */
static __always_inline bool walk_from(struct walk *walk, struct labelled_task *task, struct dentry *dentry)
{
	__u32 before = rename_count();

	walk->reason = collect_from(task, dentry, (struct dentry *)BPF_CORE_READ(dentry, d_sb, s_root), &walk->depth);
	if (!walk->reason)
		descend(walk);
	return !(before & 1) && before == rename_count();
}

#endif
