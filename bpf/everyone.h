/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs that are no agents, held to the catalogue of sensitive locations below the homes of people. Programs of their own on the hooks,
 * so that an agent's way gets no longer; attached when they are first needed. docs/decisions/0018 says why like this.
 */
#ifndef RINGFENCE_EVERYONE_H
#define RINGFENCE_EVERYONE_H

#include "trusted.h"

#define FIRST_PERSON 1000
#define NOBODYS_UID 65534

/* What a program is about to do at one place. Plain numbers: it crosses into functions that the verifier sees once. */
struct everyone_call {
	__u64 dentry;
	__u32 operations; /* bit per operation, RF_BELOW among them */
	__u32 call;       /* enum rf_call */
	__u32 call_flags;
	__u32 state; /* of the automaton; 0: no place is there or below */
	__u32 is_agents;
};

/* What find_place and the judges answer. */
enum everyone_answer {
	GOES_ON,
	REFUSED,
	WAITS, /* for a person's answer: the call is made again */
};

/* What decides on it. */
struct everyone_word {
	__u32 verdict; /* enum rf_verdict; RF_NONE: nothing speaks against it */
	__u32 operation;
	__u32 row;
};

/*
 * Is the caller held? People's programs are, by whose files they can open; who has been root's all along is not, nor who is root by a
 * program's owner. In a user namespace other users act for the person who made it.
 */
static __always_inline bool is_held(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 uid = bpf_get_current_uid_gid();
	__u32 fsuid;

	if (!uid)
		return false;
	fsuid = BPF_CORE_READ(task, cred, fsuid.val);
	if (!fsuid)
		return false;
	if (fsuid >= FIRST_PERSON && fsuid != NOBODYS_UID)
		return true;
	return BPF_CORE_READ(task, cred, user_ns, ns.inum) != USER_NS_INITIAL;
}

/* What of everyone_homes an inode is, 0: nothing. */
static __always_inline __u32 home_kind(const struct rf_everyone *all, __u32 device, struct inode *inode)
{
	__u64 number = inode->i_ino;
	__u64 bit = (number * 0x9E3779B97F4A7C15ULL) >> 54;
	struct rf_inode key = { .device = device };
	__u32 *kind;

	if (!(all->bloom[(bit >> 6) & 15] & (1ULL << (bit & 63))))
		return 0;
	key.inode = number;
	key.generation = inode->i_generation;
	kind = bpf_map_lookup_elem(&everyone_homes, &key);
	return kind ? *kind : 0;
}

/* May a name that begins like this, right below a home, lead to a place? */
static __always_inline bool may_lead(const struct rf_everyone *all, struct dentry *dentry)
{
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	__u8 first = 0;

	bpf_probe_read_kernel(&first, sizeof(first), name);
	return all->beginnings[(first >> 6) & 3] & (1ULL << (first & 63));
}

static __always_inline bool is_agents(void)
{
	return labelled_tasks && labelled(bpf_get_current_task_btf());
}

/* Does the caller have to be looked at? */
static __always_inline bool is_looked_at(const struct rf_everyone *all)
{
	return is_agents() ? all->agents_policy : all->policy && is_held();
}

/* The cheap test that nearly every call on the machine ends at: is this below a home, and may it be a place? */
static __always_inline bool may_be_place(struct dentry *dentry)
{
	struct rf_everyone *all = bpf_map_lookup_elem(&everyone, &zero);
	__u32 device;

	if (!all || !is_looked_at(all))
		return false;
	device = dentry->d_sb->s_dev;
	if (!bpf_map_lookup_elem(&everyone_devices, &device))
		return false;
	for (int i = 0; i < RF_MAX_DEPTH; i++) {
		struct dentry *parent = dentry->d_parent;
		__u32 kind;

		if (parent == dentry)
			return false;
		kind = home_kind(all, device, parent->d_inode);
		if (kind)
			return kind != RF_HOME || may_lead(all, dentry);
		dentry = parent;
	}
	return false;
}

/*
 * The state that stands for the object, into the call. One walk is enough: no directory that a place lies below can move while everyone is
 * held, so that others that do leave a place where it is. REFUSED: there is no memory to find out with.
 */
__noinline int find_place(struct everyone_call *call)
{
	struct rf_everyone *all = bpf_map_lookup_elem(&everyone, &zero);
	__u64 key = (__u64)bpf_get_current_task_btf();
	struct super_block *superblock;
	struct candidate *candidate;
	struct labelled_task *task;
	struct rf_superblock *known;
	struct dentry *dentry;
	struct walk walk = {};

	if (!call || !all)
		return GOES_ON;
	call->state = 0;
	dentry = (struct dentry *)call->dentry;
	superblock = BPF_CORE_READ(dentry, d_sb);
	walk.device = BPF_CORE_READ(superblock, s_dev);
	known = bpf_map_lookup_elem(&superblocks, &walk.device);
	if (!known || known->identity != (__u64)superblock)
		return GOES_ON;
	task = labelled_tasks ? labelled(bpf_get_current_task_btf()) : NULL;
	call->is_agents = !!task;
	walk.state = text_start(task ? all->agents_policy : all->policy, walk.device);
	if (!walk.state)
		return GOES_ON;
	candidate = task ? NULL : look_at(key);
	if (candidate)
		task = &candidate->task;
	if (!task)
		return REFUSED;
	/* an agent's own memory, in which its call has been judged already */
	task->descent.skill_start = 0;
	/* nothing that is a place lies deeper */
	if (!collect_from(task, dentry, BPF_CORE_READ(superblock, s_root), &walk.depth)) {
		descend(&walk);
		call->state = walk.reason ? 0 : walk.state;
	}
	if (candidate)
		bpf_map_delete_elem(&candidates, &key);
	return GOES_ON;
}

/* The highest operation of a mask: executing and moving away say more of a call than the reading that goes with them. */
static const __u8 highest_operation[64] = {
	0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5,
};

/* The operations that the program is not trusted with, by the rows that speak of them. Without a branch for the verifier to follow. */
static __always_inline __u32 closed_operations(const struct rf_everyone_rights *rights, const struct rf_accept *accept)
{
	__u32 closed = ~0U;

#pragma clang loop unroll(disable)
	for (__u32 operation = 0; operation < RF_OPERATIONS; operation++) {
		__u32 row = accept->rule[operation];
		__u64 open = rights->rows[(row >> 6) & 3] >> (row & 63) & 1;

		closed &= ~((__u32)open << operation);
	}
	return closed;
}

/* The strictest that rows say of the operations. */
static __always_inline void read_rows(const struct everyone_call *call, const struct rf_accept *accept, struct everyone_word *word)
{
	struct trusted_process *process = trusted(bpf_get_current_task_btf());
	__u32 operations = call->operations, spoken, number = process ? process->number : 0;
	struct rf_everyone_rights *rights = number ? bpf_map_lookup_elem(&everyone_rights, &number) : NULL;

	if (process && rights) {
		operations &= closed_operations(rights, accept);
		if (call->operations & ~operations & OPERATION(RF_READ) && accept->rule[RF_READ])
			process->has_read = accept->rule[RF_READ];
	}
	if (operations & accept->blocks) {
		word->verdict = RF_BLOCK;
		spoken = operations & accept->blocks;
	} else if (operations & accept->asks) {
		word->verdict = RF_ASK;
		spoken = operations & accept->asks;
	} else {
		spoken = operations & accept->allows;
		word->verdict = spoken ? RF_ALLOW : RF_NONE;
	}
	word->operation = spoken & 63 ? highest_operation[spoken & 63] : RF_BELOW;
	word->row = accept->rule[word->operation & (RF_OPERATIONS - 1)];
}

/* Whether what the program does there is told now, and how often it has been done since it was told. */
static __always_inline __u64 times_to_tell(const struct everyone_word *word, __u32 verdict)
{
	struct inode *inode = BPF_CORE_READ(bpf_get_current_task_btf(), mm, exe_file, f_inode);
	struct rf_sighting_key key = { .row = word->row, .operation = word->operation, .verdict = verdict };
	struct rf_sighting *known, fresh = {};
	__u64 now = bpf_ktime_get_ns(), times = 1;

	key.uid = bpf_get_current_uid_gid();
	if (inode)
		identify(inode, &key.program);
	known = bpf_map_lookup_elem(&everyone_sightings, &key);
	if (known && now < known->until_ns) {
		__sync_fetch_and_add(&known->times, 1);
		return 0;
	}
	if (known)
		times += known->times;
	fresh.until_ns = now + RF_SIGHTING_NS;
	bpf_map_update_elem(&everyone_sightings, &key, &fresh, BPF_ANY);
	return times;
}

/*
 * After the program's path a 0, and what the process has as its arguments: it may be gone before anybody looks, and whoever is asked about an
 * interpreter is asked about its script.
 */
static __noinline int write_arguments(struct event_slot *slot, struct rf_event *event)
{
	struct mm_struct *mm = BPF_CORE_READ(bpf_get_current_task_btf(), mm);
	__u64 offset = event->path_bytes + event->other_path_bytes, begin, length;
	char *path = slot->record + sizeof(struct rf_event);

	if (!mm || !event->other_path_bytes)
		return 0;
	begin = BPF_CORE_READ(mm, arg_start);
	length = BPF_CORE_READ(mm, arg_end) - begin;
	if (length > RF_ARGUMENT_BYTES)
		length = RF_ARGUMENT_BYTES;
	barrier_var(offset);
	if (offset >= EVENT_PATH_LIMIT)
		return 0;
	path[offset] = 0;
	barrier_var(length);
	if (length > RF_ARGUMENT_BYTES || bpf_probe_read_user(&path[offset + 1], length, (void *)begin))
		return 0;
	event->other_path_bytes += 1 + length;
	return 0;
}

static __noinline int tell_everyone(const struct everyone_call *call, const struct everyone_word *word, __u32 verdict, __u32 times)
{
	struct rf_counters *totals = bpf_map_lookup_elem(&counters, &zero);
	struct dentry *dentry = (struct dentry *)call->dentry, *program;
	struct event_slot *slot = take_slot();
	struct rf_event *event;
	__u64 size;

	if (!totals)
		return 0;
	if (!slot) {
		__sync_fetch_and_add(&totals->sequence, 1);
		count_drop(totals);
		return 0;
	}
	event = (struct rf_event *)slot->record;
	__builtin_memset(event, 0, sizeof(*event));
	describe_caller(event);
	event->kind = RF_EVENT_EVERYONE;
	event->call = call->call;
	event->call_flags = call->call_flags;
	event->operation = word->operation & 7;
	event->verdict = verdict;
	event->instead_of = word->verdict;
	event->reason = RF_REASON_LOCATION;
	event->rule = word->row;
	event->approver = RF_NOBODY;
	event->operations = call->operations & ~OPERATION(RF_BELOW);
	event->times = times;
	read_identity(dentry, &event->object);
	event->filesystem_magic = BPF_CORE_READ(dentry, d_sb, s_magic);
	event->path_bytes = write_path(slot, (__u64)dentry, 0);
	program = BPF_CORE_READ(bpf_get_current_task_btf(), mm, exe_file, f_path.dentry);
	if (program)
		event->other_path_bytes = write_path(slot, (__u64)program, event->path_bytes) - event->path_bytes;
	write_arguments(slot, event);
	size = event->path_bytes + event->other_path_bytes;
	barrier_var(size);
	if (size > RF_MAX_PATH_BYTES)
		size = RF_MAX_PATH_BYTES;
	size += sizeof(*event);
	event->sequence = __sync_fetch_and_add(&totals->sequence, 1) + 1;
	if (!has_room(event) || bpf_ringbuf_output(&events, event, size, 0))
		count_drop(totals);
	release_slot(slot);
	return 0;
}

/* What moves a directory, or gives one a name, does so as the operation that it is. */
static __always_inline __u32 shown_operation(const struct everyone_call *call)
{
	return call->operations & OPERATION(RF_CREATE) ? RF_CREATE : RF_DELETE;
}

/* The clock is looked at here, so that learning does not outlast its end. */
static __always_inline bool lets_through(const struct rf_everyone *all)
{
	return (all->flags & RF_EVERYONE_LETS_THROUGH) && (!all->until_ns || bpf_ktime_get_boot_ns() < all->until_ns);
}

/*
 * An agent's call that its policy lets go on, by what agents are kept from whatever a manifest grants. It only narrows: what is refused there
 * is refused, what is asked about is asked about each time. Global, so that the verifier looks at it once for all hooks.
 */
__noinline int judge_agents_place(const struct everyone_call *call)
{
	struct labelled_task *task = labelled(bpf_get_current_task_btf());
	struct rf_everyone_rights *own;
	struct decision decision = {};
	struct rf_accept *accept;
	__u32 operations, spoken, agent;
	int result;

	if (!call || !task)
		return GOES_ON;
	accept = accept_of(call->state);
	if (!accept)
		return GOES_ON;
	operations = call->operations;
	agent = task->label.flags >> RF_LABEL_AGENT_SHIFT;
	own = agent ? bpf_map_lookup_elem(&everyone_own, &agent) : NULL;
	if (own)
		operations &= closed_operations(own, accept);
	spoken = operations & accept->blocks;
	if (!spoken)
		spoken = operations & accept->asks;
	if (!spoken)
		return GOES_ON;
	judge_by_session(task);
	decision.dentry = call->dentry;
	decision.call = call->call;
	decision.call_flags = call->call_flags;
	decision.operations = call->operations & 63;
	refuse(&decision, operations & accept->blocks ? RF_BLOCK : RF_ASK, RF_REASON_LOCATION);
	let_through(&decision, NULL);
	agent = spoken & 63 ? highest_operation[spoken & 63] : RF_BELOW;
	decision.location = RF_ROW_LOCATION + accept->rule[agent & (RF_OPERATIONS - 1)];
	decision.operation = agent == RF_BELOW ? shown_operation(call) : agent;
	result = enforce(task, &decision, NULL);
	if (result == -ERESTARTNOINTR)
		return WAITS;
	if (result || decision.news || decision.instead_of)
		report(&decision, NULL);
	return result ? REFUSED : GOES_ON;
}

/* Not 0: the call is refused. Global, so that the verifier looks at it once for all hooks. */
__noinline int judge_place(const struct everyone_call *call)
{
	struct rf_everyone *all = bpf_map_lookup_elem(&everyone, &zero);
	struct everyone_word word = {};
	struct rf_accept *accept;
	__u32 verdict = RF_ALLOW;
	__u64 times;

	if (!call || !all)
		return 0;
	accept = accept_of(call->state);
	if (!accept)
		return 0;
	read_rows(call, accept, &word);
	if (word.verdict == RF_NONE)
		return 0;
	if (word.operation == RF_BELOW)
		word.operation = shown_operation(call);
	if (word.verdict > RF_ALLOW && !lets_through(all))
		verdict = RF_BLOCK;
	times = times_to_tell(&word, verdict);
	if (times)
		tell_everyone(call, &word, verdict, times);
	return verdict == RF_BLOCK;
}

static __always_inline int judge_everyones(const struct everyone_call *call)
{
	return call->is_agents ? judge_agents_place(call) : judge_place(call);
}

static __always_inline int result_of(int answer)
{
	if (answer == GOES_ON)
		return 0;
	return answer == WAITS ? -ERESTARTNOINTR : -EPERM;
}

/* The common case: one place. */
static __always_inline int hold(struct dentry *dentry, __u32 call, __u32 operations)
{
	struct everyone_call what = { .dentry = (__u64)dentry, .call = call, .operations = operations };

	if (!may_be_place(dentry))
		return 0;
	return find_place(&what) ? -EPERM : result_of(judge_everyones(&what));
}

static __always_inline int hold_lower(__u64 dentry, __u32 operations)
{
	struct everyone_call what = { .dentry = dentry, .call = RF_CALL_OPEN, .operations = operations };
	struct rf_everyone *all = bpf_map_lookup_elem(&everyone, &zero);

	if (!all || !is_looked_at(all))
		return 0;
	return find_place(&what) ? -EPERM : result_of(judge_everyones(&what));
}

/* Is this its memory, which holds what it has read, and would lie in a file of the user's? */
static __always_inline bool dumps_secrets(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct trusted_process *process;

	if (!(task->flags & PF_DUMPCORE))
		return false;
	process = trusted(task);
	return process && process->has_read;
}

/* A script's interpreter that loads code which is not root's no longer does only what the script says. */
static __noinline int meet_code(struct file *file)
{
	struct rf_everyone *all = bpf_map_lookup_elem(&everyone, &zero);
	struct trusted_process *process = trusted(bpf_get_current_task_btf());
	__u64 key = (__u64)bpf_get_current_task_btf();
	struct candidate *candidate;
	__u32 length;

	if (!all || !process || !process->is_script || is_roots_alone(file->f_inode))
		return 0;
	length = BPF_CORE_READ(file, f_path.dentry, d_name.len);
	candidate = look_at(key);
	if (!candidate)
		return 0;
	bpf_probe_read_kernel_str(candidate->text, RF_MAX_COMPONENT + 1, BPF_CORE_READ(file, f_path.dentry, d_name.name));
	candidate->reading.from = 0;
	candidate->reading.depth = 0;
	candidate->reading.is_lost = 0;
	candidate->reading.state = text_start(all->policy, RF_TEXT_CODE);
	follow_name(candidate, length);
	if (entry_in(candidate->reading.state, RF_EXEC))
		distrust((__u64)bpf_get_current_task_btf()->group_leader);
	bpf_map_delete_elem(&candidates, &key);
	return 0;
}

SEC("lsm/file_open")
int BPF_PROG(rf_everyone_file_open, struct file *file, int ret)
{
	__u32 operations = 0;
	__u64 lower;

	if (ret)
		return ret;
	if (trusted_processes) {
		if (dumps_secrets())
			return -EPERM;
		meet_code(file);
	}
	/* names in a folder are no content */
	if ((file->f_mode & FMODE_READ) && (file->f_inode->i_mode & S_IFMT) != S_IFDIR)
		operations |= OPERATION(RF_READ);
	if ((file->f_mode & FMODE_WRITE) || (file->f_flags & O_TRUNC))
		operations |= OPERATION(RF_WRITE);
	if (file->f_flags & OPEN_FOR_EXEC)
		operations |= OPERATION(RF_EXEC);
	if (!operations)
		return 0;
	lower = lower_dentry(file);
	return lower ? hold_lower(lower, operations) : hold(file->f_path.dentry, RF_CALL_OPEN, operations);
}

SEC("lsm/inode_create")
int BPF_PROG(rf_everyone_inode_create, struct inode *dir, struct dentry *dentry, unsigned short mode, int ret)
{
	return ret ? ret : hold(dentry, RF_CALL_CREATE, OPERATION(RF_CREATE));
}

SEC("lsm/inode_mkdir")
int BPF_PROG(rf_everyone_inode_mkdir, struct inode *dir, struct dentry *dentry, unsigned short mode, int ret)
{
	return ret ? ret : hold(dentry, RF_CALL_MKDIR, OPERATION(RF_CREATE));
}

SEC("lsm/inode_mknod")
int BPF_PROG(rf_everyone_inode_mknod, struct inode *dir, struct dentry *dentry, unsigned short mode, unsigned int dev, int ret)
{
	return ret ? ret : hold(dentry, RF_CALL_MKNOD, OPERATION(RF_CREATE));
}

/* Where a link stands in the place of a directory, everything that lies below is where it leads. */
SEC("lsm/inode_symlink")
int BPF_PROG(rf_everyone_inode_symlink, struct inode *dir, struct dentry *dentry, const char *old_name, int ret)
{
	return ret ? ret : hold(dentry, RF_CALL_SYMLINK, OPERATION(RF_CREATE) | OPERATION(RF_BELOW));
}

SEC("lsm/inode_unlink")
int BPF_PROG(rf_everyone_inode_unlink, struct inode *dir, struct dentry *dentry, int ret)
{
	return ret ? ret : hold(dentry, RF_CALL_UNLINK, OPERATION(RF_DELETE));
}

SEC("lsm/inode_rmdir")
int BPF_PROG(rf_everyone_inode_rmdir, struct inode *dir, struct dentry *dentry, int ret)
{
	return ret ? ret : hold(dentry, RF_CALL_RMDIR, OPERATION(RF_DELETE));
}

/* A second name is a way to read and to change what the first one stands for. */
SEC("lsm/inode_link")
int BPF_PROG(rf_everyone_inode_link, struct dentry *old_dentry, struct inode *dir, struct dentry *new_dentry, int ret)
{
	if (!ret)
		ret = hold(old_dentry, RF_CALL_LINK, OPERATION(RF_READ) | OPERATION(RF_WRITE));
	if (!ret)
		ret = hold(new_dentry, RF_CALL_LINK, OPERATION(RF_CREATE));
	return ret;
}

/* Does the same hold below both ends? */
static __always_inline bool is_same_below(__u32 one, __u32 other)
{
	struct rf_node *here = bpf_map_lookup_elem(&nodes, &one);
	struct rf_node *there = bpf_map_lookup_elem(&nodes, &other);

	return one == other || (here && there && one && other && here->residual == there->residual);
}

/*
 * Moving a directory moves all that lies below, away from its place or into one; so does moving a link to one. One call for both ends, and in
 * the hook's own frame: at the end of the longest chain the stack is full.
 */
static __always_inline int hold_rename(struct dentry *old_dentry, struct dentry *new_dentry)
{
	struct everyone_call call = { .dentry = (__u64)new_dentry, .call = RF_CALL_RENAME };
	__u16 kind = BPF_CORE_READ(old_dentry, d_inode, i_mode) & S_IFMT;
	__u32 below = 0, target;
	int answer;

	if (find_place(&call))
		return -EPERM;
	target = call.state;
	call.dentry = (__u64)old_dentry;
	if (find_place(&call))
		return -EPERM;
	if (!is_same_below(call.state, target))
		below = OPERATION(RF_BELOW);
	call.operations = OPERATION(RF_READ) | OPERATION(RF_DELETE) | (kind == S_IFDIR ? below : 0);
	answer = judge_everyones(&call);
	if (answer)
		return result_of(answer);
	call.dentry = (__u64)new_dentry;
	call.state = target;
	call.operations = OPERATION(RF_CREATE) | (kind == S_IFDIR || kind == S_IFLNK ? below : 0);
	if (BPF_CORE_READ(new_dentry, d_inode))
		call.operations |= OPERATION(RF_DELETE);
	return result_of(judge_everyones(&call));
}

/* The kernel calls this a second time, ends swapped, for RENAME_EXCHANGE. */
SEC("lsm/inode_rename")
int BPF_PROG(rf_everyone_inode_rename, struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
	     struct dentry *new_dentry, int ret)
{
	if (ret || !(may_be_place(old_dentry) || may_be_place(new_dentry)))
		return ret;
	return hold_rename(old_dentry, new_dentry);
}

SEC("lsm/path_truncate")
int BPF_PROG(rf_everyone_path_truncate, const struct path *path, int ret)
{
	return ret ? ret : hold(path->dentry, RF_CALL_TRUNCATE, OPERATION(RF_WRITE));
}

SEC("lsm/path_chmod")
int BPF_PROG(rf_everyone_path_chmod, const struct path *path, unsigned short mode, int ret)
{
	return ret ? ret : hold(path->dentry, RF_CALL_CHMOD, OPERATION(RF_WRITE));
}

SEC("lsm/path_chown")
int BPF_PROG(rf_everyone_path_chown, const struct path *path, unsigned int uid, unsigned int gid, int ret)
{
	return ret ? ret : hold(path->dentry, RF_CALL_CHOWN, OPERATION(RF_WRITE));
}

#endif
