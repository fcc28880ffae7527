/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Skills within a session. A process that executes a file of a skill, or an interpreter with one as its script, is bound to the skill, and
 * so is what it starts from then on. Opening binds nothing else. docs/decisions/0015 says why like this.
 */
#ifndef RINGFENCE_SKILLS_H
#define RINGFENCE_SKILLS_H

#include "verdict.h"

/*
 * The skill that the file in scratch memory belongs to in this session: it is one of those it was bound with, or has been put into its
 * folder since. Into scratch memory as well. Global, so that the verifier looks at it once; such functions take no kernel pointers.
 */
__noinline int search_skills(void)
{
	struct labelled_task *task = labelled(bpf_get_current_task_btf());
	struct rf_skill_file_key key = {};
	struct dentry *dentry, *parent;
	struct rf_binding *found;

	if (!task)
		return 0;
	dentry = (struct dentry *)task->asked;
	task->found.policy = 0;
	key.policy = task->label.policy;
	for (int i = 0; i < RF_MAX_DEPTH; i++) {
		identify(BPF_CORE_READ(dentry, d_inode), &key.object);
		found = bpf_map_lookup_elem(&skill_files, &key);
		if (found) {
			task->found = *found;
			return 0;
		}
		parent = BPF_CORE_READ(dentry, d_parent);
		if (parent == dentry)
			return 0;
		dentry = parent;
	}
	return 0;
}

/* Leaves in task->found the skill that a file belongs to; policy 0: none. */
static __always_inline void find_skill(struct labelled_task *task, struct dentry *dentry)
{
	task->asked = (__u64)dentry;
	search_skills();
}

/* A function of its own, so that the hooks' stacks stay short. */
static __noinline int refuse_outside_skill(struct labelled_task *task, struct dentry *dentry, __u8 call, __u8 operation)
{
	struct decision decision = { .call = call, .operation = operation };
	int result;

	decision.dentry = (__u64)dentry;
	decision.operations = OPERATION(operation);
	refuse(&decision, RF_BLOCK, RF_REASON_OUTSIDE_SKILL);
	judge_by_skill(task);
	result = enforce(task, &decision, NULL);
	report(&decision, NULL);
	return result;
}

/* One skill is enough for a process: what another's manifest says could not be held beside the first one's. */
static __always_inline bool is_others(__u32 policy, const struct rf_binding *found)
{
	return policy && found->policy && found->policy != policy;
}

/* A file that is executed, or that the kernel loads to execute another. policy: of the skill whose program it is so far, 0: of none. */
static __noinline int meet_program(struct labelled_task *task, struct file *file, __u32 policy)
{
	if (task->is_first)
		return 0;
	find_skill(task, file->f_path.dentry);
	if (is_others(policy, &task->found))
		return refuse_outside_skill(task, file->f_path.dentry, RF_CALL_EXEC, RF_EXEC);
	if (!task->executed.policy)
		task->executed = task->found;
	return 0;
}

/* Whose file is executed. For a script that is the script first: its interpreter comes with a second call. */
static __always_inline int meet_executed(struct labelled_task *task, struct linux_binprm *bprm)
{
	if (bprm->interp == bprm->filename) {
		task->executed.policy = 0;
		identify(bprm->file->f_inode, &task->tried);
	}
	return meet_program(task, bprm->file, task->bound.policy ? task->bound.policy : task->executed.policy);
}

/* Could the task not execute this file? A shell that is told that it is no program reads it itself. */
static __always_inline bool has_tried(const struct labelled_task *task, struct inode *inode)
{
	struct rf_inode object = {};

	if (!task->executed.policy)
		return false;
	identify(inode, &object);
	return object.inode == task->tried.inode && object.device == task->tried.device &&
	       object.generation == task->tried.generation;
}

enum operand_step {
	STEP_ARGUMENT, /* what comes next may be an option or the script */
	STEP_OPERAND,  /* is the script, whatever it looks like */
	STEP_NO_FILE,
	STEP_FOUND,
	STEP_UNREAD,
	STEP_MODULE, /* is the name of a module */
};

/* The longest arguments are read in several parts. */
#define MOST_PARTS 256
#define INTERPRETER_NUMBER 0xffff
#define HASH_BASIS 0xcbf29ce484222325ULL
#define HASH_PRIME 0x100000001b3ULL
#define MOST_UPS 16
#define NOWHERE (RF_MAX_DEPTH + 1)

/* What reads a name, and whose script it may be. */
struct script_walk {
	struct labelled_task *task;
	struct operand *operand;
};

static __always_inline __u32 word_kind(const struct labelled_task *task, struct rf_interpreter_word *word)
{
	__u32 *kind;

	word->interpreter = task->reading.interpreter & INTERPRETER_NUMBER;
	kind = bpf_map_lookup_elem(&interpreter_words, word);
	return kind ? *kind : 0;
}

/* One letter of several options in one argument. The first that takes the rest for itself ends it. */
static long read_letter(__u32 index, void *context)
{
	struct labelled_task *task = ((struct script_walk *)context)->task;
	struct operand_reading *reading = &task->reading;
	struct rf_interpreter_word word = { .text = "-" };
	char letter = task->name[(index + 1) & RF_MAX_COMPONENT];

	if (!letter)
		return 1;
	word.text[1] = letter;
	switch (word_kind(task, &word)) {
	case RF_WORD_ALONE:
		return 0;
	case RF_WORD_VALUE:
		if (!task->name[(index + 2) & RF_MAX_COMPONENT])
			reading->values++;
		return 1;
	case RF_WORD_REST:
		return 1;
	case RF_WORD_NO_FILE:
		reading->after = STEP_NO_FILE;
		return 1;
	case RF_WORD_MODULE:
		reading->after = task->name[(index + 2) & RF_MAX_COMPONENT] ? STEP_NO_FILE : STEP_MODULE;
		return 1;
	}
	reading->maybes++;
	return 0;
}

static long find_value(__u32 index, void *context)
{
	struct labelled_task *task = ((struct script_walk *)context)->task;
	char character = task->name[index & RF_MAX_COMPONENT];

	task->reading.has_value |= character == '=';
	return character == '=' || !character;
}

/* What comes after an option, and how many of the arguments behind it are values, or may be. */
static __always_inline __u32 after_interpreters_option(struct labelled_task *task)
{
	struct script_walk walk = { .task = task };
	struct operand_reading *reading = &task->reading;
	struct rf_interpreter_word word = {};
	const char *text = task->name;

	if (!text[1] && text[0] == '+')
		return STEP_ARGUMENT;
	/* standard input, but to a shell */
	if (!text[1])
		return reading->interpreter & RF_INTERPRETER_PLUS ? STEP_OPERAND : STEP_NO_FILE;
	if (text[1] == '-' && !text[2])
		return STEP_OPERAND;
	bpf_probe_read_kernel_str(word.text, sizeof(word.text), text);
	for (unsigned int i = 0; i < sizeof(word.text); i++)
		if (word.text[i] == '_')
			word.text[i] = '-';
	switch (word_kind(task, &word)) {
	case RF_WORD_ALONE:
		return STEP_ARGUMENT;
	case RF_WORD_VALUE:
		reading->values++;
		return STEP_ARGUMENT;
	case RF_WORD_NO_FILE:
		return STEP_NO_FILE;
	case RF_WORD_MODULE:
		return STEP_MODULE;
	case RF_WORD_COMMAND:
		return STEP_OPERAND;
	case RF_WORD_MAYBE:
		reading->maybes++;
		return STEP_ARGUMENT;
	}
	reading->after = STEP_ARGUMENT;
	reading->has_value = 0;
	if ((reading->interpreter & RF_INTERPRETER_CLUSTERS) && text[1] != '-') {
		bpf_loop(RF_MAX_COMPONENT, read_letter, &walk, 0);
		return reading->after;
	}
	bpf_loop(RF_MAX_COMPONENT, find_value, &walk, 0);
	reading->maybes += !reading->has_value;
	return STEP_ARGUMENT;
}

/* What the argument that begins here is: an option or its value, and what comes after it; or what may be the script. */
static __always_inline __u32 begin_argument(struct labelled_task *task)
{
	struct operand_reading *reading = &task->reading;
	struct rf_interpreter_word word = {};
	const char *text = task->name;

	if (reading->values) {
		reading->values--;
		return STEP_ARGUMENT;
	}
	if (reading->step == STEP_MODULE) {
		reading->module = reading->at;
		return STEP_NO_FILE;
	}
	if (reading->step == STEP_OPERAND)
		return STEP_OPERAND;
	if (text[0] == '-' || (text[0] == '+' && (reading->interpreter & RF_INTERPRETER_PLUS)))
		return after_interpreters_option(task);
	if (reading->commands || reading->maybes)
		return STEP_OPERAND;
	reading->commands = 1;
	bpf_probe_read_kernel_str(word.text, sizeof(word.text), text);
	switch (word_kind(task, &word)) {
	case RF_WORD_COMMAND:
		return STEP_ARGUMENT;
	case RF_WORD_NO_FILE:
		return STEP_NO_FILE;
	}
	return STEP_OPERAND;
}

/* The path that begins in scratch memory. */
static __always_inline void begin_path(struct labelled_task *task)
{
	struct operand_reading *reading = &task->reading;

	reading->component = HASH_BASIS;
	reading->name = 0;
	reading->folders = 0;
	reading->bytes = 0;
	reading->dots = 0;
	reading->depth = 0;
	reading->ups = 0;
	reading->is_odd = 0;
	reading->is_absolute = task->name[0] == '/';
}

static __always_inline void end_component(struct operand_reading *reading)
{
	bool is_dots = reading->dots == reading->bytes;

	if (is_dots && reading->bytes == 2) {
		if (reading->name || reading->is_absolute)
			reading->is_odd = 1;
		reading->name = 0;
		reading->ups++;
	} else if (!is_dots || reading->bytes > 2) {
		if (reading->name) {
			reading->folders = reading->folders * HASH_PRIME + reading->name;
			reading->depth++;
		}
		reading->name = reading->component;
	}
	reading->component = HASH_BASIS;
	reading->bytes = 0;
	reading->dots = 0;
}

static long read_path_character(__u32 index, void *context)
{
	struct labelled_task *task = ((struct script_walk *)context)->task;
	struct operand_reading *reading = &task->reading;
	__u8 character = task->name[index & RF_MAX_COMPONENT];

	if (character == '/') {
		end_component(reading);
		return 0;
	}
	reading->component = (reading->component ^ character) * HASH_PRIME;
	reading->bytes++;
	reading->dots += character == '.';
	return 0;
}

static __always_inline bool is_same_script(const struct script *one, const struct script *other)
{
	return one->name == other->name && one->folders == other->folders && one->depth == other->depth &&
	       one->is_absolute == other->is_absolute && one->base.inode == other->base.inode &&
	       one->base.device == other->base.device;
}

/* The path that has been read may be the script's. base: where it begins, unless it is absolute. */
static __noinline int note_script(struct labelled_task *task, struct operand *operand, struct dentry *base)
{
	struct operand_reading *reading = &task->reading;
	struct script *script;

	end_component(reading);
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < MOST_UPS && i < reading->ups; i++)
		base = BPF_CORE_READ(base, d_parent);
	if (reading->ups > MOST_UPS)
		reading->is_odd = 1;
	if (!reading->name) {
		/* a folder, which is opened by a name that is not said: it matters if it is a skill's */
		find_skill(task, base);
		if (reading->is_odd || (!reading->is_absolute && task->found.policy))
			operand->state = OPERAND_UNKNOWN;
		return 0;
	}
	script = &task->script;
	__builtin_memset(script, 0, sizeof(*script));
	script->name = reading->name;
	script->folders = reading->folders;
	script->depth = reading->is_odd ? NOWHERE : reading->depth;
	script->is_absolute = reading->is_absolute;
	if (!script->is_absolute)
		identify(BPF_CORE_READ(base, d_inode), &script->base);
	/* a link is followed more than once */
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < MOST_SCRIPTS; i++)
		if (is_same_script(&operand->scripts[i], script))
			return 0;
	if (operand->count >= MOST_SCRIPTS) {
		operand->state = OPERAND_UNKNOWN;
		return 0;
	}
	operand->scripts[operand->count & (MOST_SCRIPTS - 1)] = *script;
	operand->count++;
	operand->left++;
	return 0;
}

/* With its 0, in bytes, also where it is empty: of such a one the kernel's own helper says 0. Below 0: it cannot be read. */
static __always_inline long read_user_string(char *to, __u32 size, __u64 from)
{
	long bytes = bpf_probe_read_user_str(to, size, (void *)from);

	if (bytes)
		return bytes;
	to[0] = 0;
	return 1;
}

/* One argument, or one part of a long one. */
static long read_part(__u32 index, void *context)
{
	struct script_walk *walk = context;
	struct labelled_task *task = walk->task;
	struct operand_reading *reading = &task->reading;
	long bytes = read_user_string(task->name, sizeof(task->name), reading->at);

	if (bytes < 1) {
		reading->step = STEP_UNREAD;
		return 1;
	}
	if (!reading->is_begun) {
		reading->after = begin_argument(task);
		/* “--” stands before the script, and is none */
		reading->is_script = reading->after == STEP_OPERAND &&
				     !(reading->step == STEP_ARGUMENT && task->name[0] == '-');
		if (reading->is_script && reading->words < MOST_SCRIPTS)
			reading->word_at[reading->words++ & (MOST_SCRIPTS - 1)] = reading->at;
		reading->is_begun = 1;
		begin_path(task);
	}
	if (reading->after == STEP_NO_FILE) {
		reading->step = STEP_NO_FILE;
		return 1;
	}
	if (reading->is_script)
		bpf_loop(bytes - 1, read_path_character, walk, 0);
	/* one that fills the room goes on */
	if (bytes > RF_MAX_COMPONENT) {
		reading->at += RF_MAX_COMPONENT;
		return 0;
	}
	reading->at += bytes;
	reading->is_begun = 0;
	reading->step = reading->after;
	if (reading->is_script) {
		note_script(task, &task->operand, BPF_CORE_READ(bpf_get_current_task_btf(), fs, pwd.dentry));
		if (!reading->maybes || task->operand.state == OPERAND_UNKNOWN) {
			reading->step = STEP_FOUND;
			return 1;
		}
		/* it may be an option's value as well */
		reading->maybes--;
		reading->step = STEP_ARGUMENT;
	} else if (reading->step == STEP_OPERAND) {
		reading->maybes = 0;
	}
	if (--reading->left)
		return 0;
	reading->step = STEP_NO_FILE;
	return 1;
}

/* Leaves in the task's scratch memory what the interpreter may be to run. Nobody else can change its arguments yet. */
static __noinline int read_arguments(struct labelled_task *task, __u32 interpreter, __u64 at, __u32 count)
{
	struct script_walk walk = { .task = task, .operand = &task->operand };
	struct operand_reading *reading = &task->reading;

	__builtin_memset(reading, 0, sizeof(*reading));
	reading->at = at;
	reading->left = count;
	reading->interpreter = interpreter;
	/* the first is whatever it calls itself */
	reading->values = 1;
	bpf_loop(MOST_PARTS, read_part, &walk, 0);
	return 0;
}

/* Which script is the interpreter to run? */
static __noinline int await_script(struct labelled_task *task, __u32 interpreter, __u64 at, __u32 count)
{
	struct operand_reading *reading = &task->reading;
	struct operand *operand = &task->operand;

	__builtin_memset(operand, 0, sizeof(*operand));
	operand->interpreter = interpreter;
	if (interpreter & RF_INTERPRETER_LOADS) {
		operand->state = OPERAND_UNKNOWN;
		return 0;
	}
	if (!count)
		return 0;
	read_arguments(task, interpreter, at, count);
	if (reading->step != STEP_FOUND && reading->step != STEP_NO_FILE)
		operand->state = OPERAND_UNKNOWN;
	else if (operand->left && operand->state == NO_OPERAND)
		operand->state = OPERAND_AWAITED;
	return 0;
}

/* By its identity where it is known, else by its name without the version: version managers keep many in places of their own. */
static __noinline __u32 interpreter_of(struct file *file)
{
	struct rf_interpreter_word word = {};
	struct rf_inode identity = {};
	__u32 *interpreter;
	bool is_version = false;

	identify(file->f_inode, &identity);
	interpreter = bpf_map_lookup_elem(&interpreters, &identity);
	if (interpreter)
		return *interpreter;
	bpf_probe_read_kernel_str(word.text, sizeof(word.text), BPF_CORE_READ(file, f_path.dentry, d_name.name));
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < sizeof(word.text); i++) {
		is_version |= word.text[i] >= '0' && word.text[i] <= '9';
		if (is_version)
			word.text[i] = 0;
	}
	interpreter = bpf_map_lookup_elem(&interpreter_words, &word);
	return interpreter ? *interpreter : 0;
}

/* A new program: it is bound by its own file now, or will be by its script. */
static __always_inline void take_skill(struct labelled_task *task, struct linux_binprm *bprm)
{
	__u32 interpreter;

	task->operand.state = NO_OPERAND;
	task->follows = 0;
	if (task->is_first)
		return;
	if (task->executed.policy) {
		if (!task->bound.policy)
			task->bound = task->executed;
		task->executed.policy = 0;
		judge_by_session(task);
		return;
	}
	interpreter = interpreter_of(bprm->file);
	if (interpreter)
		await_script(task, interpreter, bprm->p, bprm->argc);
}

/* A child is bound to what its creator is bound to, and a thread of the first process belongs to that. */
static __always_inline void pass_skill(struct labelled_task *creator, struct task_struct *child, bool is_process)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct labelled_task *entry, *leader;

	if (!has_skills(creator))
		return;
	entry = labelled(child);
	if (!entry)
		return;
	entry->bound = creator->bound;
	if (!is_process) {
		entry->is_first = creator->is_first;
		return;
	}
	leader = leader_of(creator, current);
	if (leader && leader->operand.state)
		bpf_probe_read_kernel(&entry->operand, sizeof(entry->operand), &leader->operand);
}

static __always_inline void look_up_name(struct script_walk *walk)
{
	struct operand_reading *reading = &walk->task->reading;

	for (unsigned int i = 0; i < MOST_SCRIPTS; i++)
		if (walk->operand->scripts[i].name == reading->component && !walk->operand->scripts[i].is_settled)
			reading->which = i + 1;
}

static long read_name_character(__u32 index, void *context)
{
	struct script_walk *walk = context;
	struct operand_reading *reading = &walk->task->reading;
	__u8 character = walk->task->name[index & RF_MAX_COMPONENT];

	if (character == '.' && (walk->operand->interpreter & RF_INTERPRETER_EXTENSIONS))
		look_up_name(walk);
	reading->component = (reading->component ^ character) * HASH_PRIME;
	return 0;
}

/* Leaves the hash of a name, and which of the files that the interpreter may have been told to run has it. */
static __always_inline void meet_name(struct script_walk *walk, struct dentry *dentry)
{
	struct operand_reading *reading = &walk->task->reading;
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	__u64 bytes = BPF_CORE_READ(dentry, d_name.len);

	reading->which = 0;
	reading->component = HASH_BASIS;
	barrier_var(bytes);
	if (bytes > RF_MAX_COMPONENT)
		return;
	bpf_probe_read_kernel(walk->task->name, bytes, name);
	bpf_loop(bytes, read_name_character, walk, 0);
	look_up_name(walk);
}

/* One step up from a file: to the folder above, or to where the file system is mounted. */
static long climb(__u32 index, void *context)
{
	struct script_walk *walk = context;
	struct operand_reading *reading = &walk->task->reading;
	struct dentry *dentry = (struct dentry *)reading->dentry;
	struct mount *mount = (struct mount *)reading->mount, *above;

	if (!reading->left && !reading->is_absolute)
		return 1;
	if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
		above = BPF_CORE_READ(mount, mnt_parent);
		if (above == mount) {
			reading->is_top = 1;
			return 1;
		}
		reading->dentry = (__u64)BPF_CORE_READ(mount, mnt_mountpoint);
		reading->mount = (__u64)above;
		return 0;
	}
	if (!reading->left)
		return 1;
	meet_name(walk, dentry);
	reading->folders += reading->component * reading->power;
	reading->power *= HASH_PRIME;
	reading->left--;
	reading->dentry = (__u64)BPF_CORE_READ(dentry, d_parent);
	return 0;
}

/*
 * Something that is no skill's has the name of a script that is awaited. Does it lie where the arguments say? Then it is that one. If not it is
 * a namesake, such as a library of the interpreter's own, or links on the way have led to it; and the script may still come.
 */
static __noinline int settle_script(struct script_walk *walk, __u32 which, struct dentry *dentry, struct vfsmount *mount)
{
	struct operand_reading *reading = &walk->task->reading;
	struct script *script = &walk->operand->scripts[(which - 1) & (MOST_SCRIPTS - 1)];
	struct rf_inode base = {};

	if (script->depth == NOWHERE)
		return 0;
	reading->dentry = (__u64)BPF_CORE_READ(dentry, d_parent);
	reading->mount = (__u64)mount - bpf_core_field_offset(struct mount, mnt);
	reading->folders = 0;
	reading->power = 1;
	reading->left = script->depth;
	reading->is_absolute = script->is_absolute;
	reading->is_top = 0;
	bpf_loop(2 * RF_MAX_DEPTH, climb, walk, 0);
	if (reading->left || reading->folders != script->folders)
		return 0;
	dentry = (struct dentry *)reading->dentry;
	identify(BPF_CORE_READ(dentry, d_inode), &base);
	if (script->is_absolute ? !reading->is_top : (base.inode != script->base.inode || base.device != script->base.device))
		return 0;
	script->is_settled = 1;
	walk->operand->left--;
	if (!walk->operand->left && walk->operand->state == OPERAND_AWAITED)
		walk->operand->state = NO_OPERAND;
	return 0;
}

/*
 * A file that is opened may be the script, as the kernel has found it: the working directory and links on the way have had their say.
 * Not 0: it is another skill's, and refused. Not inlined: the hook's stack is short.
 */
static __noinline int open_script(struct labelled_task *task, struct labelled_task *leader, struct file *file)
{
	struct script_walk walk = { .task = task, .operand = &leader->operand };
	bool is_said = has_tried(task, file->f_inode) || task->follows;
	__u32 which = 0;

	task->follows = 0;
	if (!is_said && walk.operand->state == NO_OPERAND)
		return 0;
	if (!is_said && walk.operand->state == OPERAND_AWAITED) {
		meet_name(&walk, file->f_path.dentry);
		which = task->reading.which;
		if (!which)
			return 0;
	}
	find_skill(task, file->f_path.dentry);
	if (!task->found.policy) {
		if (which && !is_folder(file->f_inode))
			settle_script(&walk, which, file->f_path.dentry, file->f_path.mnt);
		return 0;
	}
	if (is_others(leader->bound.policy, &task->found))
		return refuse_outside_skill(task, file->f_path.dentry, RF_CALL_OPEN, RF_READ);
	/* bound first, so that what another thread starts meanwhile is either bound or will be */
	if (!leader->bound.policy)
		leader->bound = task->found;
	task->bound = leader->bound;
	walk.operand->state = NO_OPERAND;
	return 0;
}

static __always_inline int meet_script(struct labelled_task *task, struct file *file)
{
	struct labelled_task *leader;

	if (file->f_flags & OPEN_FOR_EXEC)
		return meet_program(task, file, task->bound.policy);
	leader = leader_of(task, bpf_get_current_task_btf());
	if (!leader || !(leader->operand.state || task->executed.policy))
		return 0;
	return open_script(task, leader, file);
}

/* Where a link's file system is mounted, as far as the process itself shows it. */
static __always_inline struct vfsmount *mount_of(struct dentry *dentry)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct super_block *superblock = BPF_CORE_READ(dentry, d_sb);
	struct vfsmount *mount = BPF_CORE_READ(task, fs, root.mnt);

	if (BPF_CORE_READ(mount, mnt_sb) == superblock)
		return mount;
	mount = BPF_CORE_READ(task, fs, pwd.mnt);
	if (BPF_CORE_READ(mount, mnt_sb) == superblock)
		return mount;
	return BPF_CORE_READ(task, mm, exe_file, f_path.mnt);
}

/*
 * The script is a link: the file that is opened has the name that the link leads to. Where its text does not lie with the inode (/proc/self/fd,
 * btrfs, long ones) it is the file that this task opens next.
 */
static __noinline int follow_script(struct labelled_task *task, struct labelled_task *leader, struct dentry *dentry)
{
	struct script_walk walk = { .task = task, .operand = &leader->operand };
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);
	const char *text;
	__u32 which;
	long all;

	if ((BPF_CORE_READ(inode, i_mode) & S_IFMT) != S_IFLNK)
		return 0;
	meet_name(&walk, dentry);
	which = task->reading.which;
	if (!which)
		return 0;
	text = BPF_CORE_READ(inode, i_link);
	all = text ? bpf_probe_read_kernel_str(task->name, sizeof(task->name), text) : 0;
	if (all < 2 || all > RF_MAX_COMPONENT) {
		task->follows = 1;
		return 0;
	}
	begin_path(task);
	bpf_loop(all - 1, read_path_character, &walk, 0);
	note_script(task, walk.operand, BPF_CORE_READ(dentry, d_parent));
	settle_script(&walk, which, dentry, mount_of(dentry));
	return 0;
}

static __always_inline int meet_link(struct dentry *dentry)
{
	struct labelled_task *task = caller(), *leader;

	if (!task || !has_skills(task))
		return 0;
	leader = leader_of(task, bpf_get_current_task_btf());
	if (leader && leader->operand.state == OPERAND_AWAITED)
		follow_script(task, leader, dentry);
	return 0;
}

/* These lie on busy ways, so they are attached when the first session with skills begins. */
SEC("lsm/inode_follow_link")
int BPF_PROG(rf_skills_inode_follow_link, struct dentry *dentry, struct inode *inode, bool in_rcu, int ret)
{
	return ret ? ret : meet_link(dentry);
}

SEC("lsm/inode_readlink")
int BPF_PROG(rf_skills_inode_readlink, struct dentry *dentry, int ret)
{
	return ret ? ret : meet_link(dentry);
}

#endif
