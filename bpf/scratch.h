/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Filesystems in memory that a session has made in a user namespace of its own, as bubblewrap does: nobody else sees them, and
 * with the namespace they are gone. The host has no path for them, and the names that they are mounted at say nothing.
 */
#ifndef RINGFENCE_SCRATCH_H
#define RINGFENCE_SCRATCH_H

#include "internal.h"

#define RAMFS_MAGIC 0x858458f6

/* The session whose task made a superblock, by the superblock's address. */
MAP(scratch, BPF_MAP_TYPE_HASH, __u64, __u64, RF_MAX_SUPERBLOCKS * 16, BPF_F_NO_PREALLOC);

SEC("lsm/sb_alloc_security")
int BPF_PROG(rf_sb_alloc_security, struct super_block *superblock, int ret)
{
	struct labelled_task *task = caller();
	__u64 key = (__u64)superblock;

	if (ret || !labelled_tasks)
		return ret;
	/* where there is no room the filesystem stays unknown, and so closed; what had this address before is forgotten */
	if (!task || bpf_map_update_elem(&scratch, &key, &task->label.session, BPF_ANY))
		bpf_map_delete_elem(&scratch, &key);
	return 0;
}

static __always_inline void forget_scratch(struct super_block *superblock)
{
	__u64 key = (__u64)superblock;

	bpf_map_delete_elem(&scratch, &key);
}

/*
 * Not what root has mounted for all to see: in the first user namespace a filesystem may come to lie over any place of the
 * host's, before the helper knows it there.
 */
static __always_inline bool is_scratch(struct super_block *superblock, __u64 session)
{
	__u64 key = (__u64)superblock;
	__u64 *owner;

	if (superblock->s_magic != TMPFS_MAGIC && superblock->s_magic != RAMFS_MAGIC)
		return false;
	if ((superblock->s_flags & SB_KERNMOUNT) || !BPF_CORE_READ(superblock, s_user_ns, parent))
		return false;
	owner = bpf_map_lookup_elem(&scratch, &key);
	return owner && *owner == session;
}

#endif
