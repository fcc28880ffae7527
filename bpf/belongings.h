/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keys of the kernel's keyrings, and System V shared memory, semaphores and messages: they have no path, and programs of the same user
 * share them. A session uses those that its own tasks have made.
 */
#ifndef RINGFENCE_BELONGINGS_H
#define RINGFENCE_BELONGINGS_H

#include "verdict.h"

#define KEY_POSSESSED 1UL /* set in a reference to a key */
#define KEY_ALLOC_UID_KEYRING 0x10UL
#define KEY_NEED_WRITE 3
#define KEY_NEED_LINK 5
#define S_IWUGO 0222

struct kern_ipc_perm;
struct key;

/* What was at that address before may have been another's. Where there is no room it is nobody's, and so closed. */
static __always_inline void note_maker(const void *object, const struct labelled_task *task)
{
	__u64 key = (__u64)object;

	if (!task || bpf_map_update_elem(&belongings, &key, &task->label.session, BPF_ANY))
		bpf_map_delete_elem(&belongings, &key);
}

static __always_inline bool belongs_to(__u64 object, const struct labelled_task *task)
{
	__u64 *session = bpf_map_lookup_elem(&belongings, &object);

	return session && *session == task->label.session;
}

static __always_inline int refuse_foreign(struct labelled_task *task, __u8 call, __u8 operation)
{
	return refuse_always(task, call, operation, RF_REASON_FOREIGN_OBJECT, NULL);
}

/* The kernel looks for keys itself, for file systems and the network: only what a program asks for counts. 0: it asks for none. */
static __always_inline __u64 key_call(void)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct pt_regs *registers = (struct pt_regs *)bpf_task_pt_regs(current);
	__u64 number = registers->orig_ax & ~CALL_X32;

	/* the 32-bit entry has other numbers, but in the same order */
	if (current->thread_info.status & TS_COMPAT)
		number -= COMPAT_CALL_ADD_KEY - CALL_ADD_KEY;
	return number >= CALL_ADD_KEY && number <= CALL_KEYCTL ? number : 0;
}

/* What request_key(2) does not find it has made by a program of root's, outside of every session. */
SEC("lsm/key_alloc")
int BPF_PROG(rf_key_alloc, struct key *key, const struct cred *cred, unsigned long flags, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !labelled_tasks)
		return ret;
	/* those that all programs of a user share are nobody's, whoever comes first */
	note_maker(key, flags & KEY_ALLOC_UID_KEYRING ? NULL : task);
	if (!task || key_call() != CALL_REQUEST_KEY)
		return 0;
	return refuse_foreign(task, RF_CALL_KEY, RF_CREATE);
}

/* The key is handed over as a reference, whose type no program can name. */
SEC("lsm/key_permission")
int rf_key_permission(unsigned long long *context)
{
	struct labelled_task *task = caller();
	__u64 key = 0, need = 0;

	if (!task || !key_call())
		return 0;
	bpf_get_func_arg(context, 0, &key);
	bpf_get_func_arg(context, 2, &need);
	if (belongs_to(key & ~KEY_POSSESSED, task))
		return 0;
	need = (__u32)need;
	return refuse_foreign(task, RF_CALL_KEY, need == KEY_NEED_WRITE || need == KEY_NEED_LINK ? RF_WRITE : RF_READ);
}

static __always_inline int note_ipc(struct kern_ipc_perm *object)
{
	if (labelled_tasks)
		note_maker(object, caller());
	return 0;
}

SEC("lsm/shm_alloc_security")
int BPF_PROG(rf_shm_alloc_security, struct kern_ipc_perm *object, int ret)
{
	return ret ? ret : note_ipc(object);
}

SEC("lsm/sem_alloc_security")
int BPF_PROG(rf_sem_alloc_security, struct kern_ipc_perm *object, int ret)
{
	return ret ? ret : note_ipc(object);
}

SEC("lsm/msg_queue_alloc_security")
int BPF_PROG(rf_msg_queue_alloc_security, struct kern_ipc_perm *object, int ret)
{
	return ret ? ret : note_ipc(object);
}

SEC("lsm/ipc_permission")
int BPF_PROG(rf_ipc_permission, struct kern_ipc_perm *object, short mode, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task || belongs_to((__u64)object, task))
		return ret;
	return refuse_foreign(task, RF_CALL_IPC, mode & S_IWUGO ? RF_WRITE : RF_READ);
}

#endif
