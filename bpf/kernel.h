/* SPDX-License-Identifier: GPL-2.0-only */
/* The few kernel types the programs read. Offsets are relocated when the object is loaded (CO-RE). */
#ifndef RINGFENCE_KERNEL_H
#define RINGFENCE_KERNEL_H

#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

#define EPERM 1
#define ENOMEM 12
#define EAGAIN 11
#define ENOSYS 38
#define ERESTARTNOINTR 513 /* the call is made again as if it had never begun */

#define S_IFMT 0170000
#define S_IFDIR 0040000
#define S_IFREG 0100000
#define S_IFLNK 0120000
#define MODE_BITS 07777
#define S_IWGRP 00020
#define S_IWOTH 00002
#define S_IFSOCK 0140000
#define S_IFCHR 0020000
#define S_IFBLK 0060000
#define MAY_WRITE 2

#define FMODE_READ 0x1
#define FMODE_WRITE 0x2
#define FMODE_CREATED 0x100000      /* this open made the file */
#define FMODE_NOACCOUNT 0x20000000 /* opened by the kernel for a file that is open already */
#define OPEN_FOR_EXEC 0x20      /* __FMODE_EXEC as open flag */
#define O_ACCMODE 03
#define O_WRONLY 01
#define O_RDWR 02
#define O_CREAT 0100
#define O_TRUNC 01000
#define O_TMPFILE_BIT 020000000
#define RENAME_EXCHANGE 2

#define WATCHED_INODE 0 /* the kind of a watch: on one file or folder */
#define FAN_PERMISSIONS 0x70000ULL /* fanotify(7): whoever watches says whether others may */

#define TIOCSTI 0x5412    /* puts bytes into a terminal's input */
#define TIOCLINUX 0x541c  /* among others: pastes the console's selection */

/* struct iattr.ia_valid */
#define ATTR_MODE 0x1
#define ATTR_UID 0x2
#define ATTR_GID 0x4
#define ATTR_SIZE 0x8
#define ATTR_TIMES_SET 0x10000 /* utimensat(2) with times */
#define ATTR_TOUCH 0x20000     /* the same without */

#define SB_KERNMOUNT (1 << 22)

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define NETLINK_ROUTE 0
#define NETLINK_USERSOCK 2
#define NETLINK_SOCK_DIAG 4
#define NETLINK_AUDIT 9
#define NETLINK_KOBJECT_UEVENT 15
#define NETLINK_GENERIC 16
#define SOCK_RAW 3
#define SOCK_TYPE_MASK 0xf
#define MSG_FASTOPEN 0x20000000
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17

/* x86-64, the only machine so far */
#define CALL_WRITE 1
#define CALL_OPEN 2
#define CALL_WRITEV 20
#define CALL_SENDFILE 40
#define CALL_EXECVE 59
#define CALL_CREAT 85
#define CALL_MKNOD 133
#define CALL_SWAPON 167
#define CALL_SWAPOFF 168
#define CALL_SETHOSTNAME 170
#define CALL_SETDOMAINNAME 171
#define CALL_QUOTACTL 179
#define CALL_ADD_KEY 248
#define CALL_REQUEST_KEY 249
#define CALL_KEYCTL 250
#define CALL_OPENAT 257
#define CALL_MKNODAT 259
#define CALL_SPLICE 275
#define CALL_SENDMMSG 307
#define CALL_RENAMEAT2 316
#define CALL_EXECVEAT 322
#define CALL_PWRITEV2 328
#define CALL_OPENAT2 437
#define CALL_MOUNT_SETATTR 442
#define CALL_QUOTACTL_FD 443
#define CALL_X32 0x40000000 /* set in the numbers of a third way in */
#define COMPAT_CALL_ADD_KEY 286 /* and so on, as above */

#define SIGKILL 9
#define SIGCONT 18
#define SIGSTOP 19
#define SIG_IGN 1 /* what is larger is a handler's address */

#define PROT_EXEC 4

#define CLONE_THREAD 0x10000

#define PF_EXITING 0x4
#define PF_IO_WORKER 0x10
#define PF_DUMPCORE 0x200
#define PF_KTHREAD 0x200000
#define TS_COMPAT 0x2 /* a call by the 32-bit entry: its numbers mean something else */

#define PIDTYPE_PGID 2
#define PIDTYPE_SID 3

#define USER_NS_INITIAL 0xEFFFFFFDU /* inode number of the user namespace that the machine starts with */
#define UTS_NS_INITIAL 0xEFFFFFFEU  /* the same of its name */

#define MNT_NS_INTERNAL ((__u64)-22)
#define MNT_SHARED 0x1000
#define BPF_FS_MAGIC 0xcafe4a11
#define OVERLAYFS_MAGIC 0x794c7630

#define MS_PROPAGATION (0xFUL << 17) /* mount(2): how what is mounted below spreads */

struct kernel_siginfo;
struct mnt_idmap;
struct posix_acl;
struct bpf_map;
struct fown_struct;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct pid {
	struct hlist_head tasks[1];
};

struct qstr {
	union {
		struct {
			__u32 hash;
			__u32 len;
		};
		__u64 hash_len;
	};
	const unsigned char *name;
};

struct super_block;
struct inode;

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
	union {
		struct hlist_node d_alias;
	} d_u;
};

struct user_namespace;

struct super_block {
	__u32 s_dev;
	unsigned long s_flags;
	unsigned long s_magic;
	struct dentry *s_root;
	struct user_namespace *s_user_ns;
};

struct user_counter {
	int counter;
};

struct owner_id {
	__u32 val;
};

struct inode {
	__u16 i_mode;
	struct owner_id i_uid;
	struct owner_id i_gid;
	unsigned int i_nlink;
	struct user_counter i_writecount;
	struct super_block *i_sb;
	__u32 i_rdev; /* of a device: major << 20 | minor */
	char *i_link; /* of a symbolic link, where its text is kept with it */
	unsigned long i_ino;
	__u32 i_generation;
	struct hlist_head i_dentry;
};

struct proc_inode {
	struct pid *pid;
	struct inode vfs_inode;
};

struct ns_common {
	unsigned int inum;
};

struct mnt_namespace {
	struct ns_common ns;
	struct user_namespace *user_ns;
};

struct rlimit;

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
	int mnt_flags;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	unsigned int f_flags;
	unsigned int f_mode;
	void *private_data;
};

struct fs_struct {
	struct path root;
	struct path pwd;
};

struct mm_struct {
	struct file *exe_file;
	unsigned long arg_start, arg_end;
};

struct vm_area_struct {
	struct file *vm_file;
};

struct tty_struct;

struct signal_struct {
	struct pid *pids[4];
	struct tty_struct *tty;
};

struct sigaction {
	void *sa_handler;
};

struct k_sigaction {
	struct sigaction sa;
};

struct sighand_struct {
	struct k_sigaction action[64];
};

struct thread_info {
	__u32 status;
};

struct task_io_accounting {
	__u64 syscw; /* calls that wrote */
};

struct user_namespace {
	struct user_namespace *parent; /* NULL: it is the first */
	struct ns_common ns;
};

struct cred {
	struct owner_id euid;
	struct owner_id fsuid;
	struct user_namespace *user_ns;
};

struct net {
	struct user_namespace *user_ns;
	struct ns_common ns;
};

struct uts_namespace {
	struct ns_common ns;
};

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct mnt_namespace *mnt_ns;
	struct net *net_ns;
};

struct seccomp {
	int mode;
};

struct kernfs_node {
	const char *name;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct task_struct {
	const struct cred *cred;
	const struct cred *real_cred; /* another one while the kernel acts in the task's place */
	struct fs_struct *fs;
	struct css_set *cgroups;
	struct nsproxy *nsproxy;
	struct seccomp seccomp;
	struct task_io_accounting ioac;
	struct thread_info thread_info;
	unsigned int flags;
	unsigned int ptrace;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct mm_struct *mm;
	__u64 start_boottime;
	struct hlist_node pid_links[1];
	char comm[16];
};

/* Since Linux 6.2 there is one. */
struct perf_event_context;

struct task_struct___one_context {
	struct perf_event_context *perf_event_ctxp;
};

struct task_struct___two_contexts {
	struct perf_event_context *perf_event_ctxp[2];
};

struct pt_regs {
	unsigned long r10;
	unsigned long r8;
	unsigned long ax;
	unsigned long si;
	unsigned long dx;
	unsigned long orig_ax;
};

struct iattr {
	unsigned int ia_valid;
	__u16 ia_mode;
	struct owner_id ia_uid;
	struct owner_id ia_gid;
};

struct linux_binprm {
	unsigned long p; /* where the arguments begin */
	unsigned int secureexec : 1; /* the loader will be told (AT_SECURE) */
	struct file *file;
	int unsafe; /* LSM_UNSAFE_… */
	int argc;
	int envc;
	const char *filename;
	const char *interp; /* another than filename for a script */
};

struct in6_addr {
	union {
		__u8 u6_addr8[16];
	} in6_u;
};

/* The own end is what is received at, the other is the destination. */
struct sock_common {
	struct {
		struct net *net;
	} skc_net;
	__u32 skc_daddr;
	__u32 skc_rcv_saddr;
	__u16 skc_dport; /* as on the wire */
	__u16 skc_num;   /* in the host's order */
	__u16 skc_family;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
};

struct socket {
	short type;
	struct file *file; /* NULL: the kernel's own */
	struct sock *sk;
};

struct sockaddr_un {
	__u16 sun_family;
};

struct unix_address {
	int len;
	struct sockaddr_un name[0];
};

struct unix_sock {
	struct unix_address *addr;
	struct path path;
	struct sock *peer;
};

struct sockaddr {
	__u16 sa_family;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
	unsigned int msg_flags;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

/* struct open_how of openat2(2), as user space hands it over. */
struct open_how_flags {
	__u64 flags;
};

/* Addresses as user space hands them over; their layout never changes. */
struct inet_address {
	__u16 family;
	__u16 port;
	__u8 address[4];
};

struct inet6_address {
	__u16 family;
	__u16 port;
	__u32 flow;
	__u8 address[16];
};

#endif
