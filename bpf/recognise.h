/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Agents by what they are started as: the file that is executed, the script or module that an interpreter is given, the unit that it runs
 * in. A session begins before the program opens its first file, without the helper's help. docs/decisions/0016 says why like this.
 */
#ifndef RINGFENCE_RECOGNISE_H
#define RINGFENCE_RECOGNISE_H

#include "skills.h"

#define TEXT_MASK (RF_RECOGNISED_TEXT - 1)
#define MOST_CLIMBED 8

/* Execs under way that are somebody's. While it is 0 there is nothing to look up. */
static __u64 expectations;

static __always_inline void forget_expectation(__u64 key)
{
	if (expectations && !bpf_map_delete_elem(&expected, &key))
		__sync_fetch_and_add(&expectations, -1);
}

static __always_inline struct candidate *look_at(__u64 key)
{
	struct rf_counters *totals = bpf_map_lookup_elem(&counters, &zero);
	struct candidate *empty = bpf_map_lookup_elem(&candidate_template, &zero);

	if (empty && !bpf_map_update_elem(&candidates, &key, empty, BPF_ANY))
		return bpf_map_lookup_elem(&candidates, &key);
	if (totals)
		__sync_fetch_and_add(&totals->recognitions_lost, 1);
	return NULL;
}

static __always_inline __u32 text_start(__u32 policy, __u32 device)
{
	struct rf_start_key key = { .policy = policy, .device = device };
	__u32 *start = bpf_map_lookup_elem(&starts, &key);

	return start ? *start : 0;
}

/* The state that stands for a file or directory, 0: no agent's, or nobody can say where it is. */
static __noinline __u32 locate(struct candidate *candidate, __u32 policy, struct dentry *dentry)
{
	struct super_block *superblock = dentry->d_sb;
	struct walk walk = { .device = superblock->s_dev };
	struct rf_superblock *known = bpf_map_lookup_elem(&superblocks, &walk.device);
	__u32 start;

	if (!known || known->identity != (__u64)superblock)
		return 0;
	start = text_start(policy, walk.device);
	if (!start)
		return 0;
	walk_path(&walk, &candidate->task, dentry, start);
	return walk.reason ? 0 : walk.state;
}

/* One name of a word: scratch memory says where it begins. */
static __always_inline void follow_name(struct candidate *candidate, __u32 length)
{
	struct text_reading *reading = &candidate->reading;
	struct walker walker = { .task = &candidate->task };
	__u32 from = reading->from & TEXT_MASK;
	__u32 component;

	if (length == 1 && candidate->text[from] == '.')
		return;
	if (length == 2 && candidate->text[from] == '.' && candidate->text[(from + 1) & TEXT_MASK] == '.') {
		if (!reading->depth) {
			reading->is_lost = 1;
			return;
		}
		reading->depth--;
		reading->state = candidate->task.dentries[reading->depth & (RF_MAX_DEPTH - 1)];
		return;
	}
	if (length > RF_MAX_COMPONENT || reading->depth >= RF_MAX_DEPTH - 1) {
		reading->is_lost = 1;
		return;
	}
	component = component_number(&candidate->task, length, (const unsigned char *)&candidate->text[from]);
	candidate->task.descent.state = reading->state;
	advance(&walker, component, length);
	reading->state = candidate->task.descent.state;
	reading->depth++;
	candidate->task.dentries[reading->depth & (RF_MAX_DEPTH - 1)] = reading->state;
}

struct text_walk {
	struct candidate *candidate;
};

static long follow_character(__u32 index, void *context)
{
	struct candidate *candidate = ((struct text_walk *)context)->candidate;
	struct text_reading *reading = &candidate->reading;
	char character = candidate->text[index & TEXT_MASK];
	__u32 length = index - reading->from;

	if (index < reading->from || (character && character != '/'))
		return 0;
	if (length)
		follow_name(candidate, length);
	reading->from = index + 1;
	return !character || reading->is_lost;
}

/* Where the word in scratch memory leads from a state; 0: nowhere. */
static __noinline __u32 follow_text(struct candidate *candidate, __u32 state)
{
	struct text_walk walk = { .candidate = candidate };
	struct text_reading *reading = &candidate->reading;

	reading->state = state;
	reading->depth = 0;
	reading->is_lost = 0;
	candidate->task.dentries[0] = state;
	bpf_loop(RF_RECOGNISED_TEXT, follow_character, &walk, 0);
	return reading->is_lost ? 0 : reading->state;
}

/* Takes the “./” and “../” that a path begins with. */
static long take_dots(__u32 index, void *context)
{
	struct candidate *candidate = ((struct text_walk *)context)->candidate;
	struct text_reading *reading = &candidate->reading;
	__u32 from = reading->from & TEXT_MASK;

	if (candidate->text[from] != '.')
		return 1;
	if (candidate->text[(from + 1) & TEXT_MASK] == '/') {
		reading->from = from + 2;
		return 0;
	}
	if (candidate->text[(from + 1) & TEXT_MASK] != '.' || candidate->text[(from + 2) & TEXT_MASK] != '/')
		return 1;
	reading->climbed++;
	reading->from = from + 3;
	return 0;
}

/* The state of the directory that a relative path begins in. */
static __always_inline __u32 working_directory(struct candidate *candidate, __u32 policy)
{
	struct dentry *directory = bpf_get_current_task_btf()->fs->pwd.dentry;
	struct text_walk walk = { .candidate = candidate };
	__u32 climbed;

	bpf_loop(MOST_CLIMBED * 2, take_dots, &walk, 0);
	climbed = candidate->reading.climbed;
	if (climbed > MOST_CLIMBED)
		return 0;
	for (__u32 i = 0; i < MOST_CLIMBED; i++) {
		if (i >= climbed)
			break;
		directory = directory->d_parent;
	}
	return locate(candidate, policy, directory);
}

/* The entry for an operation in a state, 0: there is none. */
static __always_inline __u32 entry_in(__u32 state, __u32 operation)
{
	struct rf_accept *accept = accept_of(state);

	return accept ? accept->rule[operation & (RF_OPERATIONS - 1)] : 0;
}

/* The agent whose unit the task runs in. */
static __always_inline __u32 agent_of_unit(struct candidate *candidate, __u32 policy)
{
	const char *name = BPF_CORE_READ(bpf_get_current_task_btf(), cgroups, dfl_cgrp, kn, name);

	if (bpf_probe_read_kernel_str(candidate->text, RF_MAX_COMPONENT + 1, name) < 2)
		return 0;
	candidate->reading.from = 0;
	return entry_in(follow_text(candidate, text_start(policy, RF_TEXT_UNIT)), RF_EXEC);
}

/* The agent that a word of an interpreter's arguments names, as a module or as a file. */
static __noinline __u32 agent_of_word(struct candidate *candidate, __u32 policy, __u64 at, bool module)
{
	__u32 state;

	if (bpf_probe_read_user_str(candidate->text, sizeof(candidate->text), (void *)at) < 2)
		return 0;
	/* one that fills the room may have been cut */
	if (candidate->text[RF_RECOGNISED_TEXT - 2])
		return 0;
	candidate->reading.from = 0;
	candidate->reading.climbed = 0;
	if (module)
		state = text_start(policy, RF_TEXT_MODULE);
	else if (candidate->text[0] == '/')
		state = text_start(policy, RF_TEXT_PATH);
	else
		state = working_directory(candidate, policy);
	return entry_in(follow_text(candidate, state), RF_EXEC);
}

/* The agent that an interpreter is to run. An option that is not known may have a value, so several words may be the script. */
static __noinline __u32 agent_of_arguments(struct candidate *candidate, __u32 policy)
{
	struct operand_reading *reading = &candidate->task.reading;
	__u32 agent;

#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < MOST_SCRIPTS && i < reading->words; i++) {
		agent = agent_of_word(candidate, policy, reading->word_at[i], false);
		if (agent)
			return agent;
	}
	return reading->module ? agent_of_word(candidate, policy, reading->module, true) : 0;
}

/* What is about to be executed: noted until the point of no return has passed. Not 0: an agent that there is no room for. */
static __noinline int expect_agent(struct linux_binprm *bprm)
{
	struct rf_recognition *known = bpf_map_lookup_elem(&recognition, &zero);
	struct rf_waiting_key who = { .uid = (__u32)bpf_get_current_uid_gid() };
	__u64 key = (__u64)bpf_get_current_task_btf();
	struct expectation found = {};
	struct candidate *candidate;
	__u32 state;

	/* of an exec that has failed */
	forget_expectation(key);
	if (!known || !known->policy || !bpf_map_lookup_elem(&waiting, &who))
		return 0;
	candidate = look_at(key);
	if (!candidate)
		return 0;
	state = locate(candidate, known->policy, bprm->file->f_path.dentry);
	found.agent = entry_in(state, RF_EXEC);
	found.interpreter = entry_in(state, RF_READ);
	if (!found.agent)
		found.agent = agent_of_unit(candidate, known->policy);
	bpf_map_delete_elem(&candidates, &key);
	if (!found.agent && !found.interpreter)
		return 0;
	if (bpf_map_update_elem(&expected, &key, &found, BPF_ANY))
		return found.agent ? -EPERM : 0;
	__sync_fetch_and_add(&expectations, 1);
	return 0;
}

static __always_inline void tell_recognised(const struct rf_label *label, __u32 agent, struct dentry *dentry)
{
	struct rf_counters *totals = bpf_map_lookup_elem(&counters, &zero);
	struct event_slot *slot = take_slot();
	struct rf_event *event;
	__u64 size;

	if (!totals)
		return;
	if (!slot) {
		__sync_fetch_and_add(&totals->sequence, 1);
		count_drop(totals);
		return;
	}
	event = (struct rf_event *)slot->record;
	__builtin_memset(event, 0, sizeof(*event));
	describe_caller(event);
	event->kind = RF_EVENT_RECOGNISED;
	event->call = RF_CALL_EXEC;
	event->operation = RF_EXEC;
	event->verdict = RF_ALLOW;
	event->reason = RF_REASON_RULE;
	event->label = *label;
	event->rule = agent;
	event->approver = RF_NOBODY;
	read_identity(dentry, &event->object);
	event->filesystem_magic = BPF_CORE_READ(dentry, d_sb, s_magic);
	size = write_path(slot, (__u64)dentry, 0);
	event->path_bytes = size;
	barrier_var(size);
	if (size > RF_MAX_PATH_BYTES)
		size = RF_MAX_PATH_BYTES;
	size += sizeof(*event);
	event->sequence = __sync_fetch_and_add(&totals->sequence, 1) + 1;
	if (bpf_ringbuf_output(&events, event, size, 0))
		count_drop(totals);
	release_slot(slot);
}

/* Puts the calling process, which has one thread, into a session of its own. Not 0: it could not be. */
static __always_inline int begin_session(__u32 agent, struct dentry *dentry)
{
	struct rf_waiting_key who = { .uid = (__u32)bpf_get_current_uid_gid(), .agent = agent };
	struct rf_waiting *held_to = bpf_map_lookup_elem(&waiting, &who);
	struct rf_label label = { .flags = RF_LABEL_RECOGNISED | agent << RF_LABEL_AGENT_SHIFT };
	struct rf_session fresh = {};

	/* the user has none of this agent's */
	if (!held_to)
		return 0;
	label.session = (__u64)bpf_get_prandom_u32() << 32 | bpf_get_prandom_u32();
	label.policy = held_to->policy;
	label.generation = held_to->generation;
	if (bpf_map_update_elem(&sessions, &label.session, &fresh, BPF_NOEXIST))
		return -EAGAIN;
	if (insert_label(bpf_get_current_task_btf(), LABELLED_FROM_OUTSIDE, &label, true)) {
		bpf_map_delete_elem(&sessions, &label.session);
		return -EAGAIN;
	}
	count_process(label.session, 1);
	tell_recognised(&label, agent, dentry);
	return 0;
}

/* A program of nobody's session has begun. */
static __noinline int meet_agent(struct linux_binprm *bprm)
{
	__u64 key = (__u64)bpf_get_current_task_btf();
	struct rf_recognition *known = bpf_map_lookup_elem(&recognition, &zero);
	struct expectation *found = expectations ? bpf_map_lookup_elem(&expected, &key) : NULL;
	struct candidate *candidate;
	__u32 agent, interpreter;

	if (!found || !known)
		return 0;
	agent = found->agent;
	interpreter = found->interpreter;
	forget_expectation(key);
	/* a script's interpreter has no other arguments than the script, which was looked at */
	if (!agent && interpreter && bprm->interp == bprm->filename) {
		candidate = look_at(key);
		if (!candidate)
			return 0;
		read_arguments(&candidate->task, interpreter, bprm->p, bprm->argc);
		agent = agent_of_arguments(candidate, known->policy);
		bpf_map_delete_elem(&candidates, &key);
	}
	/* an agent that nobody guards must not run, and this exec cannot fail any more. The dentry is read as a number: write_path() */
	if (agent && begin_session(agent, BPF_CORE_READ(bprm, file, f_path.dentry)))
		bpf_send_signal(SIGKILL);
	return 0;
}

#endif
