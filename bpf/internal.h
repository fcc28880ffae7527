/* SPDX-License-Identifier: GPL-2.0-only */
/* Filesystems of the kernel's own: no host path, so judged by what they are. */
#ifndef RINGFENCE_INTERNAL_H
#define RINGFENCE_INTERNAL_H

#include "label.h"

#define PIPEFS_MAGIC 0x50495045
#define SOCKFS_MAGIC 0x534f434b
#define ANON_INODE_MAGIC 0x09041934
#define NSFS_MAGIC 0x6e736673
#define PIDFS_MAGIC 0x50494446
#define DMABUF_MAGIC 0x444d4142
#define SECRETMEM_MAGIC 0x5345434d
#define DEVPTS_MAGIC 0x1cd1
#define PROC_MAGIC 0x9fa0
#define TMPFS_MAGIC 0x01021994
#define HUGETLBFS_MAGIC 0x958458f6

/* pipes, sockets, anonymous inodes, terminals, memory files */
static __always_inline bool is_internal(struct super_block *superblock)
{
	switch (superblock->s_magic) {
	case PIPEFS_MAGIC:
	case SOCKFS_MAGIC:
	case ANON_INODE_MAGIC:
	case NSFS_MAGIC:
	case PIDFS_MAGIC:
	case DMABUF_MAGIC:
	case SECRETMEM_MAGIC:
	case DEVPTS_MAGIC:
		return true;
	case TMPFS_MAGIC:
	case HUGETLBFS_MAGIC:
		return superblock->s_flags & SB_KERNMOUNT;
	}
	return false;
}

/* Where the kernel is told what to do. */
#define SYSFS_MAGIC 0x62656572
#define DEBUGFS_MAGIC 0x64626720
#define TRACEFS_MAGIC 0x74726163
#define CONFIGFS_MAGIC 0x62656570
#define SECURITYFS_MAGIC 0x73636673
#define EFIVARFS_MAGIC 0xde5e81e4
#define BINFMTFS_MAGIC 0x42494e4d
#define CGROUP_MAGIC 0x27e0eb
#define CGROUP2_MAGIC 0x63677270
#define FUSE_CONTROL_MAGIC 0x65735543
#define NFSD_MAGIC 0x6e667364

/* Files that steer or watch the machine: no path of a manifest opens them. In /sys those count that are root's alone. */
static __always_inline bool steers_machine(struct super_block *superblock, __u32 operations)
{
	const struct cred *cred;

	switch (superblock->s_magic) {
	case DEBUGFS_MAGIC:
	case TRACEFS_MAGIC:
		return true;
	case CONFIGFS_MAGIC:
	case SECURITYFS_MAGIC:
	case EFIVARFS_MAGIC:
	case BINFMTFS_MAGIC:
	case CGROUP_MAGIC:
	case CGROUP2_MAGIC:
	case FUSE_CONTROL_MAGIC:
	case NFSD_MAGIC:
		return operations != OPERATION(RF_READ);
	case SYSFS_MAGIC:
		cred = bpf_get_current_task_btf()->cred;
		return operations != OPERATION(RF_READ) && !cred->fsuid.val;
	}
	return false;
}

enum proc_subject {
	PROC_MACHINE,  /* the file speaks of no process */
	PROC_SESSION,  /* of one in the caller's session and skill, or of one that is gone */
	PROC_STRANGER, /* of another */
};

/* Whom a file of /proc speaks of. */
static __always_inline enum proc_subject proc_subject(struct inode *inode, const struct labelled_task *task)
{
	__u64 offset = bpf_core_field_offset(struct proc_inode, vfs_inode);
	struct proc_inode *entry = (void *)((__u64)inode - offset);
	struct pid *pid = BPF_CORE_READ(entry, pid);
	struct labelled_task *target;
	struct hlist_node *link;
	__u64 address;

	if (!pid)
		return PROC_MACHINE;
	link = BPF_CORE_READ(pid, tasks[0].first);
	if (!link)
		return PROC_SESSION;
	address = (__u64)link - bpf_core_field_offset(struct task_struct, pid_links);
	target = labelled((void *)address);
	if (!target || target->label.session != task->label.session)
		return PROC_STRANGER;
	if (!task->bound.policy || target->bound.policy == task->bound.policy)
		return PROC_SESSION;
	/* a thread that has made no call since its process was bound */
	target = labelled(BPF_CORE_READ((struct task_struct *)address, group_leader));
	return target && target->bound.policy == task->bound.policy ? PROC_SESSION : PROC_STRANGER;
}

/* A name of up to seven bytes as one number. */
#define NAME_NUMBER(A, B, C, D, E, F, G)                                                                       \
	((__u64)(A) | (__u64)(B) << 8 | (__u64)(C) << 16 | (__u64)(D) << 24 | (__u64)(E) << 32 | (__u64)(F) << 40 | \
	 (__u64)(G) << 48)

/* What `ps` shows of anybody's process; never its environment, memory or files. */
static __always_inline bool is_public_proc_name(struct dentry *dentry)
{
	__u64 name = 0;

	bpf_probe_read_kernel_str(&name, sizeof(name), dentry->d_name.name);
	switch (name) {
	case NAME_NUMBER('s', 't', 'a', 't', 0, 0, 0):
	case NAME_NUMBER('c', 'o', 'm', 'm', 0, 0, 0):
	case NAME_NUMBER('s', 't', 'a', 't', 'm', 0, 0):
	case NAME_NUMBER('s', 't', 'a', 't', 'u', 's', 0):
	case NAME_NUMBER('c', 'g', 'r', 'o', 'u', 'p', 0):
	case NAME_NUMBER('c', 'm', 'd', 'l', 'i', 'n', 'e'):
		return dentry->d_name.len <= 7;
	}
	return false;
}

static __always_inline bool proc_allows(struct dentry *dentry, __u32 operations, const struct labelled_task *task)
{
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);

	enum proc_subject subject;

	if (!inode)
		return false;
	subject = proc_subject(inode, task);
	if (subject == PROC_SESSION)
		return true;
	if (operations != OPERATION(RF_READ))
		return false;
	/* the machine's figures; of a stranger what `ps` shows, and the list of what there is */
	return subject == PROC_MACHINE || is_public_proc_name(dentry) || dentry->d_parent == dentry->d_sb->s_root;
}

#endif
