/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Skills within a session. A process that executes a file of a skill, or an interpreter with one as its script, is bound to the skill, and
 * so is what it starts from then on. Opening binds nothing else. docs/decisions/0015 says why like this.
 */
#ifndef RINGFENCE_SKILLS_H
#define RINGFENCE_SKILLS_H

#include "verdict.h"

/* The skill that the file belongs to in this session, NULL: none. */
static __always_inline struct rf_binding *skill_of_file(const struct labelled_task *task, struct inode *inode)
{
	struct rf_skill_file_key key = { .policy = task->label.policy };

	identify(inode, &key.object);
	return bpf_map_lookup_elem(&skill_files, &key);
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
static __always_inline bool is_others(const struct labelled_task *task, const struct rf_binding *found)
{
	return found->policy && task->bound.policy && found->policy != task->bound.policy;
}

/* Whose file is executed. For a script that is the script: its interpreter comes with a second call. */
static __always_inline int meet_executed(struct labelled_task *task, struct linux_binprm *bprm)
{
	struct rf_binding none = {}, *found;

	if (bprm->interp != bprm->filename)
		return 0;
	found = skill_of_file(task, bprm->file->f_inode);
	task->executed = found ? *found : none;
	if (task->is_first || !is_others(task, &task->executed))
		return 0;
	return refuse_outside_skill(task, bprm->file->f_path.dentry, RF_CALL_EXEC, RF_EXEC);
}

enum operand_step {
	STEP_ARGUMENT, /* what comes next may be an option or the script */
	STEP_VALUE,    /* belongs to the option before it */
	STEP_OPERAND,  /* is the script, whatever it looks like */
	STEP_NO_FILE,
	STEP_FOUND,
	STEP_UNREAD,
	STEP_MODULE, /* is the name of a module */
};

/* The longest arguments are read in several parts. */
#define MOST_PARTS 256
#define MOST_LETTERS 24
#define INTERPRETER_NUMBER 0xffff

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
	struct labelled_task *task = ((struct argument_walk *)context)->task;
	struct rf_interpreter_word word = { .text = "-" };
	char letter = task->name[(index + 1) & RF_MAX_COMPONENT];
	__u32 kind;

	if (!letter)
		return 1;
	word.text[1] = letter;
	kind = word_kind(task, &word);
	if (kind == RF_WORD_NO_FILE)
		task->reading.after = STEP_NO_FILE;
	else if (kind == RF_WORD_MODULE)
		task->reading.after = task->name[(index + 2) & RF_MAX_COMPONENT] ? STEP_NO_FILE : STEP_MODULE;
	else if (kind == RF_WORD_VALUE && !task->name[(index + 2) & RF_MAX_COMPONENT])
		task->reading.after = STEP_VALUE;
	return kind != 0;
}

static __always_inline __u32 after_interpreters_option(struct labelled_task *task)
{
	struct argument_walk walk = { .task = task };
	struct rf_interpreter_word word = {};
	const char *text = task->name;

	/* standard input */
	if (!text[1])
		return STEP_NO_FILE;
	if (text[1] == '-' && !text[2])
		return STEP_OPERAND;
	bpf_probe_read_kernel_str(word.text, sizeof(word.text), text);
	switch (word_kind(task, &word)) {
	case RF_WORD_VALUE:
		return STEP_VALUE;
	case RF_WORD_NO_FILE:
		return STEP_NO_FILE;
	case RF_WORD_MODULE:
		return STEP_MODULE;
	}
	task->reading.after = STEP_ARGUMENT;
	if ((task->reading.interpreter & RF_INTERPRETER_CLUSTERS) && text[1] != '-')
		bpf_loop(MOST_LETTERS, read_letter, &walk, 0);
	return task->reading.after;
}

/* What the argument that begins here is: an option, and what comes after it; or the script. */
static __always_inline __u32 begin_argument(struct labelled_task *task)
{
	struct operand_reading *reading = &task->reading;
	struct rf_interpreter_word word = {};
	const char *text = task->name;

	if (reading->step == STEP_VALUE)
		return STEP_ARGUMENT;
	if (reading->step == STEP_MODULE) {
		reading->module = reading->at;
		return STEP_NO_FILE;
	}
	if (reading->step == STEP_OPERAND)
		return STEP_OPERAND;
	if (text[0] == '-' || (text[0] == '+' && (reading->interpreter & RF_INTERPRETER_PLUS)))
		return after_interpreters_option(task);
	bpf_probe_read_kernel_str(word.text, sizeof(word.text), text);
	if (reading->commands)
		return STEP_OPERAND;
	reading->commands = 1;
	switch (word_kind(task, &word)) {
	case RF_WORD_COMMAND:
		return STEP_ARGUMENT;
	case RF_WORD_NO_FILE:
		return STEP_NO_FILE;
	}
	return STEP_OPERAND;
}

/* Finds where the last component of a path begins and ends. */
static long read_path_character(__u32 index, void *context)
{
	struct labelled_task *task = ((struct argument_walk *)context)->task;
	struct operand_reading *reading = &task->reading;

	if (task->name[index & RF_MAX_COMPONENT] == '/') {
		if (!reading->is_separated)
			reading->end = reading->at + index;
		reading->is_separated = 1;
		return 0;
	}
	if (reading->is_separated)
		reading->begin = reading->at + index;
	reading->is_separated = 0;
	return 0;
}

/* One argument, or one part of a long one. */
static long read_part(__u32 index, void *context)
{
	struct argument_walk *walk = context;
	struct labelled_task *task = walk->task;
	struct operand_reading *reading = &task->reading;
	long bytes = bpf_probe_read_user_str(task->name, sizeof(task->name), (void *)reading->at);

	if (bytes < 1) {
		reading->step = STEP_UNREAD;
		return 1;
	}
	if (!reading->is_begun) {
		reading->after = begin_argument(task);
		/* “--” stands before the script, and is none */
		reading->is_script = reading->after == STEP_OPERAND &&
				     !(reading->step == STEP_ARGUMENT && task->name[0] == '-');
		if (reading->is_script)
			reading->script = reading->at;
		reading->is_begun = 1;
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
	if (reading->is_script) {
		if (!reading->is_separated)
			reading->end = reading->at - 1;
		reading->step = STEP_FOUND;
		return 1;
	}
	reading->is_begun = 0;
	reading->step = reading->after;
	if (--reading->left)
		return 0;
	reading->step = STEP_NO_FILE;
	return 1;
}

/* Notes the name of the script. False: no file has such a name. */
static __always_inline bool note_operand(struct labelled_task *task)
{
	struct operand *operand = &task->operand;
	__u64 bytes = task->reading.end - task->reading.begin;

	__builtin_memset(operand->name, 0, sizeof(operand->name));
	if (!task->reading.begin)
		return false;
	barrier_var(bytes);
	if (bytes > RF_MAX_COMPONENT)
		return false;
	/* two tests, so that the verifier sees either bound */
	barrier_var(bytes);
	if (!bytes)
		return false;
	operand->bytes = bytes;
	if (bpf_probe_read_user(operand->name, bytes, (void *)task->reading.begin)) {
		operand->state = OPERAND_UNKNOWN;
		return true;
	}
	operand->state = OPERAND_AWAITED;
	/* the working directory, or the one above it, is opened by its own name */
	if (operand->name[0] == '.' && (bytes == 1 || (bytes == 2 && operand->name[1] == '.')))
		operand->state = OPERAND_UNKNOWN;
	return true;
}

/* Leaves in the task's scratch memory what the interpreter is to run. Nobody else can change its arguments yet. */
static __noinline int read_arguments(struct labelled_task *task, __u32 interpreter, __u64 at, __u32 count)
{
	struct argument_walk walk = { .task = task };
	struct operand_reading *reading = &task->reading;

	__builtin_memset(reading, 0, sizeof(*reading));
	reading->at = at;
	reading->left = count;
	reading->interpreter = interpreter;
	reading->is_separated = 1;
	/* the first is whatever it calls itself */
	reading->step = STEP_VALUE;
	bpf_loop(MOST_PARTS, read_part, &walk, 0);
	return 0;
}

/* Which script is the interpreter to run? */
static __noinline int await_script(struct labelled_task *task, __u32 interpreter, __u64 at, __u32 count)
{
	struct operand_reading *reading = &task->reading;

	task->operand.interpreter = interpreter;
	if (interpreter & RF_INTERPRETER_LOADS) {
		task->operand.state = OPERAND_UNKNOWN;
		return 0;
	}
	if (!count)
		return 0;
	read_arguments(task, interpreter, at, count);
	if (reading->step == STEP_FOUND)
		note_operand(task);
	else if (reading->step != STEP_NO_FILE)
		task->operand.state = OPERAND_UNKNOWN;
	return 0;
}

/* A new program: it is bound by its own file now, or will be by its script. */
static __always_inline void take_skill(struct labelled_task *task, struct linux_binprm *bprm)
{
	struct rf_inode identity = {};
	__u32 *interpreter;

	task->operand.state = NO_OPERAND;
	if (task->is_first)
		return;
	if (task->executed.policy) {
		if (!task->bound.policy)
			task->bound = task->executed;
		judge_by_session(task);
		return;
	}
	identify(bprm->file->f_inode, &identity);
	interpreter = bpf_map_lookup_elem(&interpreters, &identity);
	if (interpreter)
		await_script(task, *interpreter, bprm->p, bprm->argc);
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

/* Is this what the interpreter was told to run, by its name? */
static __always_inline bool is_named(struct labelled_task *task, const struct operand *operand, struct dentry *dentry)
{
	const __u64 *expected = (const void *)operand->name, *found = (const void *)task->name;
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	__u64 bytes = operand->bytes, difference = 0;
	__u32 own = BPF_CORE_READ(dentry, d_name.len);
	char next = 0;

	barrier_var(bytes);
	if (bytes > RF_MAX_COMPONENT)
		return false;
	barrier_var(bytes);
	if (own < bytes)
		return false;
	if (own > bytes && !(operand->interpreter & RF_INTERPRETER_EXTENSIONS))
		return false;
	__builtin_memset(task->name, 0, sizeof(task->name));
	bpf_probe_read_kernel(task->name, bytes, name);
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < sizeof(operand->name) / sizeof(__u64); i++)
		difference |= expected[i] ^ found[i];
	if (difference || own == bytes)
		return !difference;
	bpf_probe_read_kernel(&next, 1, name + bytes);
	return next == '.';
}

/*
 * The first file to be opened that has the script's name is the script, as the kernel has found it: the working directory and links on
 * the way have had their say. Not 0: it is another skill's, and refused. Not inlined: the hook's stack is short.
 */
static __noinline int open_script(struct labelled_task *task, struct labelled_task *leader, struct file *file)
{
	struct operand *operand = &leader->operand;
	struct rf_binding *found = skill_of_file(task, file->f_inode);

	if (!found && is_folder(file->f_inode))
		return 0;
	if (operand->state == OPERAND_AWAITED && !is_named(task, operand, file->f_path.dentry))
		return 0;
	if (!found) {
		if (operand->state == OPERAND_AWAITED)
			operand->state = NO_OPERAND;
		return 0;
	}
	if (is_others(leader, found))
		return refuse_outside_skill(task, file->f_path.dentry, RF_CALL_OPEN, RF_READ);
	operand->state = NO_OPERAND;
	if (leader->bound.policy)
		return 0;
	leader->bound = *found;
	task->bound = *found;
	return 0;
}

static __always_inline int meet_script(struct labelled_task *task, struct file *file)
{
	struct labelled_task *leader = leader_of(task, bpf_get_current_task_btf());

	if (!leader || !leader->operand.state || (file->f_flags & OPEN_FOR_EXEC))
		return 0;
	return open_script(task, leader, file);
}

#define TEXT_BASE 256

/* The script is a link: the file that is opened has the name that the link leads to. Texts that do not lie with the inode are not read. */
static __noinline int follow_script(struct labelled_task *task, struct labelled_task *leader, struct dentry *dentry)
{
	struct argument_walk walk = { .task = task };
	struct operand_reading *reading = &task->reading;
	struct operand *operand = &leader->operand;
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);
	const char *text = inode ? BPF_CORE_READ(inode, i_link) : NULL;
	__u64 bytes, from;
	long all;

	if (!text || (BPF_CORE_READ(inode, i_mode) & S_IFMT) != S_IFLNK || !is_named(task, operand, dentry))
		return 0;
	all = bpf_probe_read_kernel_str(task->name, sizeof(task->name), text);
	if (all < 2 || all > RF_MAX_COMPONENT)
		return 0;
	reading->at = TEXT_BASE;
	reading->begin = 0;
	reading->is_separated = 1;
	bpf_loop(all - 1, read_path_character, &walk, 0);
	if (!reading->begin)
		return 0;
	if (!reading->is_separated)
		reading->end = TEXT_BASE + all - 1;
	bytes = reading->end - reading->begin;
	from = reading->begin & RF_MAX_COMPONENT;
	barrier_var(bytes);
	if (bytes > RF_MAX_COMPONENT)
		return 0;
	barrier_var(bytes);
	if (!bytes)
		return 0;
	barrier_var(from);
	if (from > RF_MAX_COMPONENT)
		return 0;
	__builtin_memset(operand->name, 0, sizeof(operand->name));
	bpf_probe_read_kernel(operand->name, bytes, task->name + from);
	operand->bytes = bytes;
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
