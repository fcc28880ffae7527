/* SPDX-License-Identifier: GPL-2.0-only */
/* Device numbers are reused: what is known of a superblock goes with it. */
#ifndef RINGFENCE_SUPERBLOCKS_H
#define RINGFENCE_SUPERBLOCKS_H

#include "scratch.h"

SEC("lsm/sb_free_security")
int BPF_PROG(rf_sb_free_security, struct super_block *superblock)
{
	__u32 device = superblock->s_dev;
	struct rf_superblock *known = bpf_map_lookup_elem(&superblocks, &device);

	if (known && known->identity == (__u64)superblock)
		bpf_map_delete_elem(&superblocks, &device);
	forget_scratch(superblock);
	return 0;
}

/*
 * An overlay reads and copies what lies below it by opens of the kernel's own, of which only locations count: it stands for
 * files that its maker may not read. So no agent makes one, not even as root.
 */
SEC("lsm/sb_set_mnt_opts")
int BPF_PROG(rf_sb_set_mnt_opts, struct super_block *superblock, void *options, unsigned long flags, unsigned long *set_flags,
	     int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task || superblock->s_magic != OVERLAYFS_MAGIC)
		return ret;
	return refuse_always(task, RF_CALL_MOUNT, RF_READ, RF_REASON_UNKNOWN_FILESYSTEM, NULL);
}

#endif
