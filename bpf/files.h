/* SPDX-License-Identifier: GPL-2.0-only */
/* Files: open, create, change, remove. Each is judged before anything happens. */
#ifndef RINGFENCE_FILES_H
#define RINGFENCE_FILES_H

#include "skills.h"

/* The helper's own open, by which it learns what a path of its own names is to the kernel. */
static __always_inline void answer_probe(struct file *file)
{
	struct rf_probe *order = bpf_map_lookup_elem(&probe, &zero);
	struct inode *inode;

	if (!order || !order->tid || order->tid != (__u32)bpf_get_current_pid_tgid())
		return;
	inode = file->f_inode;
	order->object.device = inode->i_sb->s_dev;
	order->object.generation = inode->i_generation;
	order->object.inode = inode->i_ino;
	order->superblock = (__u64)inode->i_sb;
	order->filesystem_magic = inode->i_sb->s_magic;
	order->mode = inode->i_mode;
	order->writers = inode->i_writecount.counter;
	order->links = inode->i_nlink;
	order->valid = 1;
	order->tid = 0;
}

/*
 * What lies below an overlay is opened a second time by the kernel itself: its files marked as not accounted, its
 * directories by a mount that is in no namespace. The overlay's own open was judged, so only locations count here.
 */
static __always_inline bool opened_by_kernel(struct file *file)
{
	struct mount *mount;

	if (file->f_mode & FMODE_NOACCOUNT)
		return true;
	mount = (void *)((__u64)file->f_path.mnt - bpf_core_field_offset(struct mount, mnt));
	return (__u64)BPF_CORE_READ(mount, mnt_ns) == MNT_NS_INTERNAL;
}

/*
 * Up to Linux 6.4 what lies below an overlay is opened by the overlay's path: then the file itself says where it is, by any of its
 * names. 0: its path does.
 */
static __always_inline __u64 lower_dentry(struct file *file)
{
	__u64 alias;

	if (file->f_inode->i_sb == file->f_path.dentry->d_sb)
		return 0;
	alias = (__u64)BPF_CORE_READ(file, f_inode, i_dentry.first);
	return alias ? alias - bpf_core_field_offset(struct dentry, d_u.d_alias) : 0;
}

/*
 * What lies below an overlay, where that is: only locations count. What moves during each of three attempts is refused. Global, so that
 * the verifier looks at it once.
 */
__noinline int judge_lower(__u64 dentry, __u32 operations, __u32 flags)
{
	struct labelled_task *task = labelled(bpf_get_current_task_btf());
	struct super_block *superblock = BPF_CORE_READ((struct dentry *)dentry, d_sb);
	struct walk walk = { .operations = operations, .device = BPF_CORE_READ(superblock, s_dev) };
	struct rf_superblock *known = bpf_map_lookup_elem(&superblocks, &walk.device);
	struct decision *decision;
	int result;

	if (!task || !known || known->identity != (__u64)superblock)
		return 0;
	walk.has_locations = known->flags & RF_SUPERBLOCK_LOCATIONS;
	walk.root_inode = (__u64)BPF_CORE_READ(superblock, s_root, d_inode);
	task->descent.skill_start = 0;
	if (!walk_from(&walk, task, (struct dentry *)dentry) && !walk_from(&walk, task, (struct dentry *)dentry) &&
	    !walk_from(&walk, task, (struct dentry *)dentry))
		walk.reason = RF_REASON_UNSTABLE_PATH;
	if (!walk.reason && !walk.location)
		return 0;
	/* no skill is asked about locations, and the stack is short */
	decision = &task->aside.decision;
	__builtin_memset(decision, 0, sizeof(*decision));
	decision->dentry = dentry;
	decision->call = RF_CALL_OPEN;
	decision->call_flags = flags;
	decision->operations = operations;
	decision->operation = lowest_operation[operations & 63];
	refuse(decision, RF_BLOCK, walk.reason ? walk.reason : RF_REASON_LOCATION);
	decision->location = walk.reason ? 0 : walk.location;
	let_through(decision, NULL);
	result = enforce(task, decision, NULL);
	report(decision, NULL);
	return result;
}

/* An open that can lead to a change counts as one. What the kernel opens below an overlay has a path that is not its own. */
static __always_inline void note_open(struct file *file)
{
	if ((file->f_mode & FMODE_WRITE) || (file->f_flags & O_TRUNC))
		note_change(file->f_inode, file->f_path.dentry, NULL, RF_CALL_OPEN, RF_WRITE);
}

SEC("lsm/file_open")
int BPF_PROG(rf_file_open, struct file *file, int ret)
{
	struct labelled_task *task = caller();
	struct request request = { .task = task, .call = RF_CALL_OPEN, .shown_as = RF_OPERATIONS };
	__u64 lower = 0;

	if (ret)
		return ret;
	answer_probe(file);
	if (!task) {
		note_open(file);
		return 0;
	}
	if (has_skills(task)) {
		ret = meet_script(task, file);
		if (ret)
			return ret;
	}
	meet_addition(task, file);
	/* whether it may create counts for the file that it has created; any other is asked about as the file that it is */
	request.call_flags = file->f_mode & FMODE_CREATED ? file->f_flags : file->f_flags & ~O_CREAT;
	if (file->f_mode & FMODE_READ)
		request.operations |= OPERATION(RF_READ);
	if ((file->f_mode & FMODE_WRITE) || (file->f_flags & O_TRUNC))
		request.operations |= OPERATION(RF_WRITE);
	/* for ioctl(2) alone; it takes the right to do both */
	if ((file->f_flags & O_ACCMODE) == O_ACCMODE)
		request.operations |= OPERATION(RF_READ) | OPERATION(RF_WRITE);
	if (file->f_flags & O_TMPFILE_BIT)
		request.operations |= OPERATION(RF_CREATE);
	if (file->f_flags & OPEN_FOR_EXEC) {
		request.call = RF_CALL_EXEC;
		request.shown_as = RF_EXEC;
		request.refusals_only = 1; /* bprm_check_security reports what is executed */
	}
	if (opened_by_kernel(file)) {
		request.locations_only = 1;
		lower = lower_dentry(file);
	}
	put_together(&request);
	if (lower)
		/* the verifier knows no bounds of what a global function returns */
		ret = judge_lower(lower, request.operations, request.call_flags) ? -EPERM : 0;
	else
		ret = judge(&request, file->f_path.dentry);
	if (ret)
		return ret;
	if (file->f_flags & O_CREAT)
		forgo_creation();
	note_open(file);
	return 0;
}

/*
 * What the open that creates a file will ask for. Judged together with the creation, as a refusal afterwards would leave an
 * empty file behind. The flags of openat2 can change meanwhile: the open itself is judged once more.
 */
static __always_inline __u32 operations_of_creating_call(void)
{
	struct pt_regs *registers = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct open_how_flags how = {};
	__u64 flags;

	switch (registers->orig_ax) {
	case CALL_MKNOD:
	case CALL_MKNODAT:
		return 0;
	case CALL_OPEN:
		flags = registers->si;
		break;
	case CALL_OPENAT:
		flags = registers->dx;
		break;
	case CALL_OPENAT2:
		bpf_probe_read_user(&how, sizeof(how), (void *)registers->dx);
		flags = how.flags;
		break;
	case CALL_CREAT:
	default:
		flags = O_WRONLY;
	}
	switch (flags & O_ACCMODE) {
	case O_WRONLY:
		return OPERATION(RF_WRITE);
	case O_RDWR:
	case O_ACCMODE:
		return OPERATION(RF_READ) | OPERATION(RF_WRITE);
	}
	return flags & O_TRUNC ? OPERATION(RF_READ) | OPERATION(RF_WRITE) : OPERATION(RF_READ);
}

SEC("lsm/inode_create")
int BPF_PROG(rf_inode_create, struct inode *dir, struct dentry *dentry, unsigned short mode, int ret)
{
	struct labelled_task *task = caller();
	struct request request = { .task = task, .call = RF_CALL_CREATE, .shown_as = RF_OPERATIONS };

	/* nothing can be made in procfs: the kernel asks before it has found what is there (/dev/stdout), and the open is judged */
	if (!ret && task && dir->i_sb->s_magic != PROC_MAGIC) {
		request.operations = OPERATION(RF_CREATE) | operations_of_creating_call();
		put_together(&request);
		ret = judge(&request, dentry);
	}
	if (!ret)
		note_addition(dir, task);
	return ret;
}

SEC("lsm/inode_mkdir")
int BPF_PROG(rf_inode_mkdir, struct inode *dir, struct dentry *dentry, unsigned short mode, int ret)
{
	struct labelled_task *task = caller();

	if (!ret && task)
		ret = judge_one(task, RF_CALL_MKDIR, OPERATION(RF_CREATE), dentry);
	if (!ret)
		note_addition(dir, task);
	return ret;
}

SEC("lsm/inode_mknod")
int BPF_PROG(rf_inode_mknod, struct inode *dir, struct dentry *dentry, unsigned short mode, unsigned int dev, int ret)
{
	struct labelled_task *task = caller();

	if (!ret && task && makes_device(mode, dev))
		ret = refuse_always(task, RF_CALL_MKNOD, RF_CREATE, RF_REASON_RAW_DEVICE, dentry);
	if (!ret && task)
		ret = judge_with(task, RF_CALL_MKNOD, OPERATION(RF_CREATE), dentry, mode | (__u64)dev << 32);
	if (!ret)
		note_addition(dir, task);
	return ret;
}

SEC("lsm/inode_symlink")
int BPF_PROG(rf_inode_symlink, struct inode *dir, struct dentry *dentry, const char *old_name, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task)
		return ret;
	return judge_one(task, RF_CALL_SYMLINK, OPERATION(RF_CREATE), dentry);
}

static __always_inline int judge_removal(struct labelled_task *task, __u8 call, struct dentry *dentry)
{
	struct request request = { .task = task, .operations = OPERATION(RF_DELETE), .call = call,
				   .shown_as = RF_OPERATIONS, .removes = 1 };

	return judge(&request, dentry);
}

SEC("lsm/inode_unlink")
int BPF_PROG(rf_inode_unlink, struct inode *dir, struct dentry *dentry, int ret)
{
	struct labelled_task *task = caller();

	if (!ret && task)
		ret = judge_removal(task, RF_CALL_UNLINK, dentry);
	if (!ret)
		note_change(dentry->d_inode, dentry, NULL, RF_CALL_UNLINK, RF_DELETE);
	return ret;
}

SEC("lsm/inode_rmdir")
int BPF_PROG(rf_inode_rmdir, struct inode *dir, struct dentry *dentry, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task)
		return ret;
	return judge_removal(task, RF_CALL_RMDIR, dentry);
}

/* What takes what the policy says of it along when it is renamed: all that lies below, or whoever listens behind it. */
static __always_inline bool carries_rights(struct dentry *dentry)
{
	struct inode *inode = dentry->d_inode;
	__u16 kind = inode ? inode->i_mode & S_IFMT : 0;

	return kind == S_IFDIR || kind == S_IFSOCK;
}

/* The strictest at or below a state; where no rule can match any more, what silence comes to. */
static __always_inline __u8 strictest_below(const struct rf_policy *policy, __u32 state, const struct rf_node *node)
{
	__u8 strictest = state ? node->strictest : policy ? policy->silence : RF_BLOCK;

	return strictest == RF_NONE ? RF_BLOCK : strictest;
}

/* A directory or socket may move only to where the policy below it stays the same. Not inlined: the caller's stack is short. */
static __noinline void compare_ends(__u32 number, struct decision *decision, __u32 from, __u32 to)
{
	struct rf_node *source = bpf_map_lookup_elem(&nodes, &from);
	struct rf_node *target = bpf_map_lookup_elem(&nodes, &to);
	struct rf_policy *policy;
	__u8 here, there;

	if (!source || !target) {
		refuse(decision, RF_BLOCK, RF_REASON_DIRECTORY_MOVE);
		return;
	}
	if (source->residual == target->residual)
		return;
	policy = bpf_map_lookup_elem(&policies, &number);
	here = strictest_below(policy, from, source);
	there = strictest_below(policy, to, target);
	if (there > here)
		here = there;
	if (here > decision->verdict)
		refuse(decision, here, RF_REASON_DIRECTORY_MOVE);
}

/*
 * A call with two ends: refused if either is, reported where it is refused. When either has to be asked about, one question
 * covers both.
 */
static __always_inline int conclude_pair(struct request *request, struct decision *source, struct decision *target)
{
	struct labelled_task *task = request->task;
	__u32 target_operations = request->operations;
	int result;

	if (source->verdict < RF_ASK && target->verdict < RF_ASK) {
		result = conclude(request, target, task->to.silent);
		if (result)
			return result;
		request->operations = source->operations;
		request->removes = 0;
		return conclude(request, source, task->from.silent);
	}
	if (source->verdict > RF_ASK || target->verdict > RF_ASK) {
		if (source->verdict >= target->verdict)
			return conclude(request, source, task->from.silent);
		return conclude(request, target, task->to.silent);
	}
	if (source->verdict != RF_ASK) {
		source->verdict = RF_ASK;
		source->reason = target->reason;
		source->operation = target->operation;
		source->rule = target->rule;
		source->several_rules = target->several_rules;
	} else if (target->verdict == RF_ASK) {
		source->several_rules |= target->several_rules || target->rule != source->rule;
	}
	source->other = target->dentry;
	source->operations |= target_operations;
	return conclude(request, source, task->from.silent);
}

/* Both ends, as `is_skills_word` does one: one of the two policies decides on both. */
static __noinline bool is_skills_word_on_both(struct labelled_task *task, struct decision *source, struct decision *target)
{
	struct aside *aside = &task->aside;
	struct decision *leading = source;
	__u8 skills;

	if (!aside->decision.verdict || !aside->target.verdict)
		return false;
	skills = aside->decision.verdict > aside->target.verdict ? aside->decision.verdict : aside->target.verdict;
	if (target->verdict > leading->verdict || target->reason == RF_REASON_AUDIT_MODE)
		leading = target;
	if (session_counts(leading, skills)) {
		source->several_rules |= skills == RF_ASK;
		return false;
	}
	*source = aside->decision;
	*target = aside->target;
	task->from = aside->resolved;
	task->to = aside->target_resolved;
	return true;
}

static __always_inline bool pair_asks_skill(const struct labelled_task *task, const struct decision *source,
					    const struct decision *target)
{
	return asks_skill(task, source) && target->verdict <= RF_ASK;
}

static __always_inline int judge_link(struct labelled_task *task, struct dentry *old_dentry, struct dentry *new_dentry)
{
	struct request request = { .task = task, .call = RF_CALL_LINK, .shown_as = RF_OPERATIONS };
	struct decision source = {}, target = {};

	request.operations = OPERATION(RF_WRITE);
	resolve(&request, old_dentry, &source, &task->from);
	request.operations = OPERATION(RF_CREATE);
	request.is_target = 1;
	resolve(&request, new_dentry, &target, &task->to);
	if (pair_asks_skill(task, &source, &target) && is_skills_word_on_both(task, &source, &target))
		judge_by_skill(task);
	let_both_through(&source, &target);
	/* the file comes first, then its new name */
	if (source.verdict > RF_ASK)
		return conclude(&request, &source, task->from.silent);
	return conclude_pair(&request, &source, &target);
}

/* A second name for an inode is a way around every rule on the first: only what may be written may be linked. */
SEC("lsm/inode_link")
int BPF_PROG(rf_inode_link, struct dentry *old_dentry, struct inode *dir, struct dentry *new_dentry, int ret)
{
	struct labelled_task *task = caller();

	if (!ret && task)
		ret = judge_link(task, old_dentry, new_dentry);
	if (!ret)
		note_change(old_dentry->d_inode, old_dentry, new_dentry, RF_CALL_LINK, RF_CREATE);
	if (!ret)
		note_addition(dir, task);
	return ret;
}

static __always_inline __u32 rename_flags(void)
{
	struct pt_regs *registers = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());

	return registers->orig_ax == CALL_RENAMEAT2 ? registers->r8 : 0;
}

/* The same by the skill's policy. */
static __noinline int compare_ends_for_skill(struct labelled_task *task)
{
	struct aside *aside = &task->aside;

	if (aside->decision.verdict && aside->target.verdict)
		compare_ends(task->bound.policy,
			     aside->decision.verdict > aside->target.verdict ? &aside->decision : &aside->target,
			     aside->resolved.state, aside->target_resolved.state);
	return 0;
}

static __always_inline int judge_rename(struct labelled_task *task, struct dentry *old_dentry, struct dentry *new_dentry)
{
	struct request request = { .task = task, .call = RF_CALL_RENAME, .shown_as = RF_OPERATIONS };
	struct decision source = {}, target = {};
	bool replaces;

	/* read as a number: from Linux 6.4 on the verifier takes the pointer for one that is never NULL */
	replaces = BPF_CORE_READ(new_dentry, d_inode);
	/* for either policy's decision */
	request.call_flags = rename_flags();
	request.operations = OPERATION(RF_DELETE);
	resolve(&request, old_dentry, &source, &task->from);
	request.operations = OPERATION(RF_CREATE);
	if (replaces)
		request.operations |= OPERATION(RF_DELETE);
	request.is_target = 1;
	resolve(&request, new_dentry, &target, &task->to);
	request.removes = replaces && !(request.call_flags & RENAME_EXCHANGE);
	/* before the ends are compared: a refusal that is let through must not stand for one that is not */
	let_both_through(&source, &target);
	if (carries_rights(old_dentry)) {
		compare_ends(task->by.policy, source.verdict > target.verdict ? &source : &target, task->from.state,
			     task->to.state);
		if (task->bound.policy)
			compare_ends_for_skill(task);
	}
	if (pair_asks_skill(task, &source, &target) && is_skills_word_on_both(task, &source, &target))
		judge_by_skill(task);
	let_both_through(&source, &target);
	return conclude_pair(&request, &source, &target);
}

/* The kernel calls this a second time, ends swapped, for RENAME_EXCHANGE. */
SEC("lsm/inode_rename")
int BPF_PROG(rf_inode_rename, struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
	     struct dentry *new_dentry, int ret)
{
	struct labelled_task *task = caller();

	if (!ret && task)
		ret = judge_rename(task, old_dentry, new_dentry);
	if (ret)
		return ret;
	note_change(old_dentry->d_inode, old_dentry, new_dentry, RF_CALL_RENAME, RF_DELETE);
	/* what it replaces */
	note_change(new_dentry->d_inode, new_dentry, NULL, RF_CALL_RENAME, RF_DELETE);
	note_addition(new_dir, task);
	return 0;
}

/* Up to Linux 6.1 also called for O_TRUNC, after file_open has judged the same open with all that it asks for. */
SEC("lsm/path_truncate")
int BPF_PROG(rf_path_truncate, const struct path *path, int ret)
{
	struct labelled_task *task = caller();
	struct pt_regs *registers = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());

	if (ret || !task || is_open_call(registers->orig_ax))
		return ret;
	return judge_one(task, RF_CALL_TRUNCATE, OPERATION(RF_WRITE), path->dentry);
}

SEC("lsm/path_chmod")
int BPF_PROG(rf_path_chmod, const struct path *path, unsigned short mode, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task)
		return ret;
	return judge_with(task, RF_CALL_CHMOD, OPERATION(RF_WRITE), path->dentry, mode);
}

SEC("lsm/path_chown")
int BPF_PROG(rf_path_chown, const struct path *path, unsigned int uid, unsigned int gid, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task)
		return ret;
	return judge_with(task, RF_CALL_CHOWN, OPERATION(RF_WRITE), path->dentry, uid | (__u64)gid << 32);
}

/* Until Linux 6.9 the hook had no idmap before the dentry; this symbol came with it. */
extern const void bpf_lsm_inode_post_setattr __ksym __weak;

static __always_inline void note_attributes(struct dentry *dentry, const struct iattr *attributes)
{
	unsigned int which = attributes->ia_valid;
	struct inode *inode = dentry->d_inode;

	/* times are no content; a directory's owner and mode neither, nor what a file has already */
	if (!(which & (ATTR_SIZE | ATTR_MODE | ATTR_UID | ATTR_GID)) || !inode || is_folder(inode))
		return;
	if (which & ATTR_SIZE)
		note_change(inode, dentry, NULL, RF_CALL_TRUNCATE, RF_WRITE);
	else if ((which & ATTR_MODE) && ((attributes->ia_mode ^ inode->i_mode) & MODE_BITS))
		note_change(inode, dentry, NULL, RF_CALL_CHMOD, RF_WRITE);
	else if (((which & ATTR_UID) && attributes->ia_uid.val != inode->i_uid.val) ||
		 ((which & ATTR_GID) && attributes->ia_gid.val != inode->i_gid.val))
		note_change(inode, dentry, NULL, RF_CALL_CHOWN, RF_WRITE);
}

/*
 * Does the task itself ask for it? An overlay changes what lies below it in the name of who has mounted it, after its own file has been
 * judged.
 */
static __always_inline bool asks_itself(void)
{
	struct task_struct *current = bpf_get_current_task_btf();

	return (__u64)current->cred == (__u64)current->real_cred;
}

static __always_inline int judge_attributes(__u8 call, struct dentry *dentry)
{
	struct labelled_task *task = caller();

	return task && asks_itself() ? judge_one(task, call, OPERATION(RF_WRITE), dentry) : 0;
}

static __always_inline int set_attributes(struct dentry *dentry, const struct iattr *attributes)
{
	int ret = 0;

	if (attributes->ia_valid & (ATTR_TIMES_SET | ATTR_TOUCH))
		ret = judge_attributes(RF_CALL_TIMES, dentry);
	if (!ret)
		note_attributes(dentry, attributes);
	return ret;
}

/* What chmod, chown and truncate come to, by whatever way: agents have been judged before, by the path hooks above. Times have no other. */
SEC("lsm/inode_setattr")
int rf_inode_setattr(unsigned long long *context)
{
	int ret;

	if (&bpf_lsm_inode_post_setattr) {
		ret = context[3];
		if (!ret)
			ret = set_attributes((struct dentry *)context[1], (const struct iattr *)context[2]);
	} else {
		ret = context[2];
		if (!ret)
			ret = set_attributes((struct dentry *)context[0], (const struct iattr *)context[1]);
	}
	return ret;
}

/* Attributes in the name space of the user say nothing of what the file is, or who may do what with it. */
static __always_inline void note_extended(struct dentry *dentry, const char *name)
{
	struct inode *inode = dentry->d_inode;
	char space[6] = {};

	if (!inode || !anything_pinned() || is_folder(inode))
		return;
	bpf_probe_read_kernel_str(space, sizeof(space), name);
	if (space[0] != 'u' || space[1] != 's' || space[2] != 'e' || space[3] != 'r')
		note_change(inode, dentry, NULL, RF_CALL_XATTR, RF_WRITE);
}

static __always_inline int change_extended(struct dentry *dentry, const char *name)
{
	int ret = judge_attributes(RF_CALL_XATTR, dentry);

	if (!ret)
		note_extended(dentry, name);
	return ret;
}

SEC("lsm/inode_setxattr")
int BPF_PROG(rf_inode_setxattr, struct mnt_idmap *idmap, struct dentry *dentry, const char *name, const void *value,
	     unsigned long size, int flags, int ret)
{
	return ret ? ret : change_extended(dentry, name);
}

SEC("lsm/inode_removexattr")
int BPF_PROG(rf_inode_removexattr, struct mnt_idmap *idmap, struct dentry *dentry, const char *name, int ret)
{
	return ret ? ret : change_extended(dentry, name);
}

/* Of their own since Linux 6.2; before, the hooks above serve access lists as well. */
SEC("?lsm/inode_set_acl")
int BPF_PROG(rf_inode_set_acl, struct mnt_idmap *idmap, struct dentry *dentry, const char *name, struct posix_acl *list, int ret)
{
	return ret ? ret : change_extended(dentry, name);
}

SEC("?lsm/inode_remove_acl")
int BPF_PROG(rf_inode_remove_acl, struct mnt_idmap *idmap, struct dentry *dentry, const char *name, int ret)
{
	return ret ? ret : change_extended(dentry, name);
}

/* Who watches a folder learns the names in it: as much as by listing it. */
SEC("lsm/path_notify")
int BPF_PROG(rf_path_notify, const struct path *path, __u64 mask, unsigned int kind, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task)
		return ret;
	/* all of a mount or file system, or a word in what others may open */
	if (kind != WATCHED_INODE || (mask & FAN_PERMISSIONS))
		return refuse_on_machine(task, RF_CALL_NOTIFY, path->dentry);
	return judge_one(task, RF_CALL_NOTIFY, OPERATION(RF_READ), path->dentry);
}

#endif
