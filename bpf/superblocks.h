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

#endif
