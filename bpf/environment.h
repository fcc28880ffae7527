/* SPDX-License-Identifier: GPL-2.0-only */
/* What a program is started with: does a variable put code into it? Which ones do is data, in the automaton of everyone's policy. */
#ifndef RINGFENCE_ENVIRONMENT_H
#define RINGFENCE_ENVIRONMENT_H

#include "recognise.h"

/* Strings that are read, a long one in several parts. Who is started with more is not trusted. */
#define MOST_STRINGS 4096
#define NOT_ENDED 0xffffffffU
#define NO_VARIABLE 0xfffffffeU

static long find_name_end(__u32 index, void *context)
{
	struct candidate *candidate = ((struct text_walk *)context)->candidate;
	char character = candidate->text[index & TEXT_MASK];

	if (character == '=')
		candidate->environment.name = index;
	else if (!character)
		candidate->environment.name = NO_VARIABLE;
	return character == '=' || !character;
}

static long find_slash(__u32 index, void *context)
{
	struct candidate *candidate = ((struct text_walk *)context)->candidate;
	char character = candidate->text[index & TEXT_MASK];

	if (index < candidate->environment.name)
		return 0;
	candidate->environment.has_path |= character == '/';
	return character == '/' || !character;
}

/* The variable that begins in scratch memory. whole: its value has been read to its end. */
static __noinline int read_variable(struct candidate *candidate, bool whole)
{
	struct environment_reading *environment = &candidate->environment;
	struct rf_everyone *all = bpf_map_lookup_elem(&everyone, &zero);
	struct text_walk walk = { .candidate = candidate };
	struct text_reading *reading = &candidate->reading;

	environment->name = NOT_ENDED;
	environment->has_path = !whole;
	bpf_loop(RF_MAX_COMPONENT + 1, find_name_end, &walk, 0);
	if (environment->name == NO_VARIABLE)
		return 0;
	/* a longer name cannot be looked up */
	if (!all || environment->name > RF_MAX_COMPONENT) {
		environment->injects = 1;
		return 0;
	}
	reading->from = 0;
	reading->depth = 0;
	reading->is_lost = 0;
	reading->state = text_start(all->policy, RF_TEXT_ENVIRONMENT);
	if (environment->name)
		follow_name(candidate, environment->name);
	if (entry_in(reading->state, RF_EXEC)) {
		environment->injects = 1;
		return 0;
	}
	if (!entry_in(reading->state, RF_READ))
		return 0;
	bpf_loop(RF_RECOGNISED_TEXT, find_slash, &walk, 0);
	environment->injects = environment->has_path;
	return 0;
}

static long read_string(__u32 index, void *context)
{
	struct candidate *candidate = ((struct text_walk *)context)->candidate;
	struct environment_reading *environment = &candidate->environment;
	long bytes;

	if (!environment->variables)
		return 1;
	bytes = read_user_string(candidate->text, sizeof(candidate->text), environment->at);
	if (bytes < 1) {
		environment->injects = 1;
		return 1;
	}
	if (!environment->arguments && !environment->is_within)
		read_variable(candidate, bytes < (long)sizeof(candidate->text));
	/* one that fills the room goes on */
	environment->is_within = bytes >= (long)sizeof(candidate->text);
	environment->at += environment->is_within ? sizeof(candidate->text) - 1 : bytes;
	if (!environment->is_within && environment->arguments)
		environment->arguments--;
	else if (!environment->is_within)
		environment->variables--;
	return environment->injects ? 1 : 0;
}

/* Is there one that puts code into the program, or could they not all be read? */
static __noinline bool is_injected(struct candidate *candidate, __u64 at, __u32 arguments, __u32 variables)
{
	struct environment_reading *environment = &candidate->environment;
	struct text_walk walk = { .candidate = candidate };

	environment->at = at;
	environment->arguments = arguments;
	environment->variables = variables;
	environment->is_within = 0;
	environment->injects = 0;
	bpf_loop(MOST_STRINGS, read_string, &walk, 0);
	return environment->injects || environment->variables;
}

#endif
