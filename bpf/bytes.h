/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counting what is sent, beside socket_sendmsg. These programs lie on busy ways, so they are attached when the first session with
 * a limit on bytes begins: their names begin with rf_bytes_.
 */
#ifndef RINGFENCE_BYTES_H
#define RINGFENCE_BYTES_H

#include "network.h"

static __always_inline int give_back(struct socket *sock, __s64 sent)
{
	struct labelled_task *task = caller();

	if (task && task->counted_bytes && (!sock || sock->file))
		give_back_unsent(task, sent);
	return 0;
}

SEC("fexit/inet_sendmsg")
int BPF_PROG(rf_bytes_inet_sendmsg, struct socket *sock, struct msghdr *message, unsigned long size, int sent)
{
	return give_back(sock, sent);
}

SEC("fexit/inet6_sendmsg")
int BPF_PROG(rf_bytes_inet6_sendmsg, struct socket *sock, struct msghdr *message, unsigned long size, int sent)
{
	return give_back(sock, sent);
}

/* How much the call can write to a socket without passing socket_sendmsg. */
static __always_inline __u64 bytes_of_call(void)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct pt_regs *registers = (struct pt_regs *)bpf_task_pt_regs(current);

	if (current->thread_info.status & TS_COMPAT)
		return UNCOUNTABLE;
	switch (registers->orig_ax) {
	case CALL_WRITE:
	case CALL_WRITEV:
	case CALL_PWRITEV2:
		return 0;
	case CALL_SENDFILE:
		return registers->r10;
	case CALL_SPLICE:
		return registers->r8;
	}
	return UNCOUNTABLE;
}

/*
 * Up to Linux 6.4 sendfile(2) and splice(2) hand pages to the socket without passing socket_sendmsg. From here on programs are
 * loaded only where there is inet_sendpage.
 */
SEC("?lsm/file_permission")
int BPF_PROG(rf_bytes_pages_file_permission, struct file *file, int mask, int ret)
{
	struct labelled_task *task;
	struct socket *sock;
	struct sock *own;
	__u64 bytes;

	if (ret || !(mask & MAY_WRITE))
		return ret;
	task = caller();
	if (!task || (file->f_inode->i_mode & S_IFMT) != S_IFSOCK || file->f_inode->i_sb->s_magic != SOCKFS_MAGIC)
		return 0;
	bytes = bytes_of_call();
	if (!bytes)
		return 0;
	sock = file->private_data;
	own = BPF_CORE_READ(sock, sk);
	return own && is_internet(own) ? judge_amount(task, own, bytes) : 0;
}

SEC("?fexit/__x64_sys_sendfile64")
int BPF_PROG(rf_bytes_pages_sendfile, const struct pt_regs *registers, long sent)
{
	return give_back(NULL, sent);
}

SEC("?fexit/__x64_sys_splice")
int BPF_PROG(rf_bytes_pages_splice, const struct pt_regs *registers, long sent)
{
	return give_back(NULL, sent);
}

#endif
