// SPDX-License-Identifier: GPL-2.0-only
/* Proves that this kernel really enforces: one process is refused one file, and nothing else happens. */
#include "kernel.h"

struct subject {
	__u64 pid;
	__u64 inode;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct subject);
} subject SEC(".maps");

SEC("lsm/file_open")
int BPF_PROG(rf_self_test, struct file *file, int ret)
{
	__u32 zero = 0;
	struct subject *whom = bpf_map_lookup_elem(&subject, &zero);

	if (ret || !whom)
		return ret;
	if (bpf_get_current_pid_tgid() >> 32 != whom->pid || file->f_inode->i_ino != whom->inode)
		return 0;
	return -EPERM;
}

char LICENSE[] SEC("license") = "GPL";
