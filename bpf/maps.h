/* SPDX-License-Identifier: GPL-2.0-only */
/* Every map, in one place. All are pinned below the helper's directory in bpffs. */
#ifndef RINGFENCE_MAPS_H
#define RINGFENCE_MAPS_H

#include "kernel.h"
#include "ringfence.h"

/* Where a name has led to in a byte automaton. */
struct byte_position {
	__u32 first; /* cell of the first row */
	__u32 width; /* cells in a row */
	__u32 at;    /* cell of the row, 0: dead */
	__u32 block; /* of the cell that is read */
};

/* How far a walk down from the root of the superblock has come. */
struct descent {
	struct rf_inode parent; /* of the next component, valid when parent_names */
	__u32 parent_names;
	__u32 absorbed; /* no further component can change the state */
	__u32 device;
	__u32 depth;
	__u32 operations;
	__u32 state;
	__u32 location;
	__u32 reason;
	__u32 skill_start; /* state from which the skill's policy sets out, 0: there is none to ask */
	__u32 skill_state; /* where that has led */
	__u32 open;        /* operations that the session's mode allows where no rule speaks */
};

/* How far the arguments of a program have been read. */
struct argument_reading {
	__u64 at;
	__u32 expected; /* enum git_argument */
	__u32 from;     /* the first character within quotes */
	__u32 last;     /* the quote that ends them */
	__u32 wrong;
};

/* What becomes of a question, for the ring of requests. */
enum question_news {
	NO_QUESTION,
	QUESTION_HELD,    /* the call waits */
	QUESTION_REFUSED, /* it could not wait, but its next attempt can be allowed */
	QUESTION_OVER,    /* the held call goes on or is refused */
};

struct decision {
	__u64 dentry; /* address of the object's, 0: it has no path */
	__u64 other;  /* of the place a rename or link leads to, 0: none */
	__u64 request;
	__u64 deadline_ns;
	__u8 operation;
	__u8 call;
	__u8 verdict;
	__u8 reason;
	__u32 rule;
	__u32 location;
	__u32 call_flags;
	__u32 operations; /* all that the call asks for */
	__u32 approver;
	__u8 news; /* enum question_news */
	__u8 several_rules; /* the asked operations or ends are not all of the named rule */
	__u8 delegated; /* 1: the rule is one of what is delegated to the program */
	__u8 instead_of; /* see struct rf_event */
	__u8 job; /* see struct rf_event */
};

/* What a path came to: for a directory that moves, the two ends are compared. */
struct resolved {
	__u32 state;
	__u32 silent;
};

/* What the skill's policy says of the two ends of a call, or of its one object; RF_NONE: it has nothing to add. */
struct aside {
	struct decision decision;
	struct decision target;
	struct resolved resolved;
	struct resolved target_resolved;
};

enum operand_state {
	NO_OPERAND,
	OPERAND_AWAITED, /* a file that is opened may be the script by its name */
	OPERAND_UNKNOWN, /* what is opened may be it */
};

#define MOST_SCRIPTS 8

/* A file that an interpreter may have been told to run: its name, and where that lies. */
struct script {
	__u64 name;    /* hash, 0: there is none */
	__u64 folders; /* hash of those on the way from base */
	__u32 depth;   /* how many they are, or NOWHERE */
	__u32 is_absolute;
	__u32 is_settled; /* it was no skill's */
	__u32 reserved;
	struct rf_inode base; /* folder that a relative path begins in */
};

/* The script that an interpreter was started with. */
struct operand {
	__u32 state; /* enum operand_state */
	__u32 interpreter;
	__u32 count; /* of scripts that have been noted */
	__u32 left;  /* of those, how many are not settled */
	struct script scripts[MOST_SCRIPTS];
};

/* How far an interpreter's arguments have been read, and a path in them; or the way up from a file. */
struct operand_reading {
	__u64 at; /* address in the memory of its process */
	__u64 component; /* hash of the one that is read */
	__u64 name;      /* of the last one that is complete, 0: there is none */
	__u64 folders;   /* of those before */
	__u64 power;
	__u64 dentry;
	__u64 mount;
	__u32 bytes; /* of the component that is read */
	__u32 dots;  /* of these */
	__u32 depth; /* how many folders */
	__u32 ups;   /* “..” before the first of them */
	__u32 is_absolute;
	__u32 is_odd; /* has “..” in a later place */
	__u32 is_top; /* nothing lies above */
	__u32 which;  /* 1, 2, 3 …: script that has such a name, 0: none */
	__u32 step; /* enum operand_step */
	__u32 after;
	__u32 is_begun; /* at is within an argument */
	__u32 is_script;
	__u32 interpreter;
	__u32 left; /* arguments */
	__u32 commands; /* 1: there was a word that could be one */
	__u32 values; /* how many arguments are values of options */
	__u32 maybes; /* how many of those after them may be */
	__u32 has_value; /* an option's value lies in the same argument */
	__u32 reserved;
	__u32 words;                    /* arguments that may be the script */
	__u64 word_at[MOST_SCRIPTS];    /* where each begins */
	__u64 module; /* where its name begins, 0: there is none */
};

/* Which process this one comes from, also when those between have ended or were handed over to another parent. */
struct lineage {
	__u64 start_ns; /* boot-time clock, start of the thread group leader */
	__u32 pid;      /* thread group; the nearest above that runs a program of its own, 0: none of the session does */
	__u32 executed; /* this one does: it called exec, or was labelled with what it ran */
};

/* A labelled task and the scratch memory its own walks need: per task, as programs can be preempted. */
struct labelled_task {
	struct rf_label label;
	struct lineage lineage;
	__u64 argument; /* of the call that is judged, where it has one: see judge_with */
	__u64 counted_bytes; /* of the call under way, against the limit */
	__u64 counted_call; /* which that was, where it passes a hook several times */
	__u64 counted; /* 1: it stands for its process among those of the session */
	__u64 last_child; /* address of the task that it made last */
	__u64 dentries[RF_MAX_DEPTH]; /* leaf first */
	char name[RF_MAX_COMPONENT + 1];
	struct descent descent;
	struct byte_position bytes;
	struct rf_delegation delegation; /* what it may do as the program that it runs, see programs.h */
	struct argument_reading arguments;
	__u32 program;                   /* that it runs, 0: none that is known */
	__u32 is_first;                  /* of the process that the session began with, which is bound to no skill */
	struct rf_binding by;            /* whose rules the call is judged by */
	struct rf_binding bound __attribute__((aligned(8)));
	struct rf_binding executed;      /* whose file is about to be executed, or could not be */
	struct rf_inode tried;           /* that file */
	struct rf_binding found;         /* whose the file is that was asked about last */
	__u64 asked;                     /* address of its dentry */
	__u32 follows;                   /* 1: what is opened next is what a link named like the script leads to */
	struct aside aside;
	struct resolved from;            /* of a call with two ends; here, as the stack is short */
	struct resolved to;
	struct operand operand;          /* of the process: with its first thread */
	struct operand_reading reading;
	struct script script;            /* that may have to be noted */
};

/* How far a word has been followed through the automaton. */
struct text_reading {
	__u32 from;    /* where the name that is read begins */
	__u32 state;
	__u32 depth;   /* names that “..” can take back; their states lie where a walk keeps its dentries */
	__u32 climbed; /* directories above the one that the path begins in */
	__u32 is_lost;
	__u32 reserved;
};

/* How far the strings have been read that a program is started with. */
struct environment_reading {
	__u64 at;
	__u32 arguments; /* still to be passed over */
	__u32 variables; /* still to be looked at */
	__u32 is_within; /* at lies within a string */
	__u32 injects;   /* one of them puts code into the program, or could not be read */
	__u32 name;      /* bytes of the variable's, NOT_ENDED: it has not been found where it ends */
	__u32 has_path;  /* its value has a slash */
};

/* A program that is being looked at: is it an agent? Gone when the hook is over. */
struct candidate {
	struct labelled_task task; /* scratch memory of the walk; its label says nothing */
	struct text_reading reading;
	char text[RF_RECOGNISED_TEXT];
	struct environment_reading environment;
};

/* What an exec that is under way turns out to be. */
struct expectation {
	__u32 agent;
	__u32 interpreter;
};

/* A process that runs a program which is trusted at some rows. */
struct trusted_process {
	__u32 number; /* of the program */
	__u32 is_script;
	__u32 has_read; /* a row whose places it has read, 0: none. What it read may be in its memory. */
	__u32 runs_env; /* a script that names its interpreter by env(1), which is what runs until it has been found */
};

#define ANSWERS_KEPT 4

/* What a task asks and was answered. Kept apart from its label: few tasks ever ask. */
struct hold {
	struct rf_grant_key key;  /* of the question that is being asked */
	struct rf_grant_key rule; /* of all that its rule asks for */
	__u64 request; /* number of the pending question, 0: none */
	__u64 asked_ns;
	__u64 deadline_ns;
	__u32 stops;
	__u32 next_answer;
	struct rf_pending entry; /* of the pending question; put together here, as the stack is short */
	struct rf_question pending;
	struct {
		__u64 until_ns;
		struct rf_question question;
	} approved[ANSWERS_KEPT]; /* one call can pass several hooks, each with a question of its own */
};

/* Where an event is put together before it goes to the ring. */
struct event_slot {
	__u32 busy;
	__u32 reserved;
	__u64 dentries[RF_MAX_DEPTH]; /* of a path that is being written, leaf first */
	char record[sizeof(struct rf_event) + RF_MAX_PATH_BYTES + sizeof(struct rf_question)];
};

#define MAP(NAME, TYPE, KEY, VALUE, ENTRIES, FLAGS)      \
	struct {                                         \
		__uint(type, TYPE);                      \
		__uint(max_entries, ENTRIES);            \
		__uint(map_flags, FLAGS);                \
		__type(key, KEY);                        \
		__type(value, VALUE);                    \
	} NAME SEC(".maps")

#define NAMES(LENGTH)                                            \
	struct {                                                 \
		__uint(type, BPF_MAP_TYPE_HASH);                 \
		__uint(max_entries, RF_MAX_COMPONENTS);          \
		__uint(map_flags, BPF_F_NO_PREALLOC);            \
		__uint(key_size, LENGTH);                        \
		__uint(value_size, sizeof(__u32));               \
	} names_##LENGTH SEC(".maps")

MAP(layout, BPF_MAP_TYPE_ARRAY, __u32, __u32, 1, 0);
/* SHA-256 of the object that the programs in force come from. */
MAP(build, BPF_MAP_TYPE_ARRAY, __u32, struct rf_build, 1, 0);
MAP(counters, BPF_MAP_TYPE_ARRAY, __u32, struct rf_counters, 1, 0);

/* The key is the address of the task_struct: unlike task storage a plain hash never loses an entry. */
MAP(tasks, BPF_MAP_TYPE_HASH, __u64, struct labelled_task, RF_MAX_TASKS, 0);
/* [0]: the empty value that a forked task's entry starts from. [1]: the value that the label iterator inserts. */
MAP(task_templates, BPF_MAP_TYPE_ARRAY, __u32, struct labelled_task, 2, 0);
MAP(sessions, BPF_MAP_TYPE_HASH, __u64, struct rf_session, RF_MAX_SESSIONS, BPF_F_NO_PREALLOC);
MAP(label_order, BPF_MAP_TYPE_ARRAY, __u32, struct rf_label_order, 1, 0);
MAP(probe, BPF_MAP_TYPE_ARRAY, __u32, struct rf_probe, 1, 0);

MAP(policies, BPF_MAP_TYPE_HASH, __u32, struct rf_policy, RF_MAX_POLICIES, BPF_F_NO_PREALLOC);
MAP(superblocks, BPF_MAP_TYPE_HASH, __u32, struct rf_superblock, RF_MAX_SUPERBLOCKS, 0);
MAP(starts, BPF_MAP_TYPE_HASH, struct rf_start_key, __u32, RF_MAX_POLICIES * 16, BPF_F_NO_PREALLOC);
MAP(nodes, BPF_MAP_TYPE_ARRAY, __u32, struct rf_node, RF_MAX_STATES, 0);
MAP(edges, BPF_MAP_TYPE_HASH, struct rf_edge_key, __u32, RF_MAX_EDGES, BPF_F_NO_PREALLOC);
MAP(cells, BPF_MAP_TYPE_ARRAY, __u32, struct rf_cells, RF_MAX_CELLS, 0);
MAP(byte_classes, BPF_MAP_TYPE_ARRAY, __u32, struct rf_byte_classes, RF_MAX_BYTE_CLASSES, 0);
MAP(accepts, BPF_MAP_TYPE_ARRAY, __u32, struct rf_accept, RF_MAX_ACCEPTS, 0);
NAMES(16);
NAMES(32);
NAMES(64);
NAMES(128);
NAMES(256);
MAP(destinations, BPF_MAP_TYPE_LPM_TRIE, struct rf_destination_key, struct rf_destination, RF_MAX_DESTINATIONS,
    BPF_F_NO_PREALLOC);

/* Abstract Unix sockets. */
MAP(local_names, BPF_MAP_TYPE_LPM_TRIE, struct rf_local_name_key, struct rf_local_name, RF_MAX_LOCAL_NAMES, BPF_F_NO_PREALLOC);

MAP(location_inodes, BPF_MAP_TYPE_HASH, struct rf_inode, struct rf_location_inode, RF_MAX_LOCATION_INODES,
    BPF_F_NO_PREALLOC);
MAP(location_names, BPF_MAP_TYPE_HASH, struct rf_location_name, __u32, RF_MAX_LOCATIONS, 0);
MAP(locations, BPF_MAP_TYPE_ARRAY, __u32, struct rf_location, RF_MAX_LOCATIONS, 0);

/* What bound skills stand on: by inode alone, and by inode and skill (enum rf_pin). */
MAP(pinned, BPF_MAP_TYPE_HASH, struct rf_inode, __u32, RF_MAX_PINS, BPF_F_NO_PREALLOC);
MAP(pins, BPF_MAP_TYPE_HASH, struct rf_pin_key, __u32, RF_MAX_PINS, BPF_F_NO_PREALLOC);
MAP(skills, BPF_MAP_TYPE_HASH, __u32, struct rf_skill, RF_MAX_SKILLS, 0);
/* Skills that are bound. While it is 0 no change can matter. */
MAP(bound_skills, BPF_MAP_TYPE_ARRAY, __u32, __u32, 1, 0);

/* Files of known programs, and what is delegated to whom. */
MAP(programs, BPF_MAP_TYPE_HASH, struct rf_inode, __u32, RF_MAX_PROGRAMS, 0);
MAP(delegations, BPF_MAP_TYPE_HASH, struct rf_delegation_key, struct rf_delegation, RF_MAX_DELEGATIONS, BPF_F_NO_PREALLOC);

/* Files of the skills of each session, and what is known of interpreters and their arguments. */
MAP(skill_files, BPF_MAP_TYPE_HASH, struct rf_skill_file_key, struct rf_binding, RF_MAX_SKILL_FILES, BPF_F_NO_PREALLOC);
MAP(interpreters, BPF_MAP_TYPE_HASH, struct rf_inode, __u32, RF_MAX_INTERPRETERS, 0);
MAP(interpreter_words, BPF_MAP_TYPE_HASH, struct rf_interpreter_word, __u32, RF_MAX_INTERPRETER_WORDS, 0);

/* What tells agents, and what each is held to. */
MAP(recognition, BPF_MAP_TYPE_ARRAY, __u32, struct rf_recognition, 1, 0);
MAP(waiting, BPF_MAP_TYPE_HASH, struct rf_waiting_key, struct rf_waiting, RF_MAX_WAITING, BPF_F_NO_PREALLOC);
/* The key is the address of the task_struct, as in tasks. */
MAP(candidates, BPF_MAP_TYPE_HASH, __u64, struct candidate, RF_MAX_CANDIDATES, 0);
MAP(candidate_template, BPF_MAP_TYPE_ARRAY, __u32, struct candidate, 1, 0);
MAP(expected, BPF_MAP_TYPE_HASH, __u64, struct expectation, RF_MAX_EXPECTED, 0);

MAP(event_slots, BPF_MAP_TYPE_ARRAY, __u32, struct event_slot, RF_EVENT_SLOTS, 0);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RF_RING_BYTES);
} events SEC(".maps");

/* The key is the address of the task_struct, as in tasks. */
MAP(holds, BPF_MAP_TYPE_HASH, __u64, struct hold, RF_MAX_REQUESTS, BPF_F_NO_PREALLOC);
/* [0]: the empty value that an entry of holds starts from. */
MAP(hold_template, BPF_MAP_TYPE_ARRAY, __u32, struct hold, 1, 0);
MAP(pending, BPF_MAP_TYPE_HASH, __u64, struct rf_pending, RF_MAX_REQUESTS, 0);
MAP(decisions, BPF_MAP_TYPE_HASH, __u64, struct rf_answer, RF_MAX_REQUESTS, 0);
MAP(grants, BPF_MAP_TYPE_HASH, struct rf_grant_key, struct rf_grant, RF_MAX_GRANTS, BPF_F_NO_PREALLOC);
/* Sessions that somebody can be asked about: how long a call is held, in nanoseconds. */
MAP(asking, BPF_MAP_TYPE_HASH, __u64, __u64, RF_MAX_SESSIONS, 0);
MAP(heartbeat, BPF_MAP_TYPE_ARRAY, __u32, struct rf_guard, 1, 0);
/* Processes of the guard's own, by pid. */
MAP(guardians, BPF_MAP_TYPE_HASH, __u32, __u64, RF_MAX_GUARDIANS, 0);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RF_REQUEST_RING_BYTES);
} requests SEC(".maps");

/* By session; and what no mode opens: protected locations of the guard's own, ports of loopback where others act for the person. */
MAP(modes, BPF_MAP_TYPE_HASH, __u64, struct rf_mode, RF_MAX_SESSIONS, BPF_F_NO_PREALLOC);
MAP(lasting_locations, BPF_MAP_TYPE_ARRAY, __u32, __u32, RF_MAX_LOCATIONS, 0);
MAP(lasting_ports, BPF_MAP_TYPE_HASH, __u32, __u32, RF_MAX_LASTING_PORTS, 0);

/* Whose task made a key or a System V object, by the address that the kernel has it at: the session. */
MAP(belongings, BPF_MAP_TYPE_LRU_HASH, __u64, __u64, RF_MAX_BELONGINGS, 0);

/* Everyone else: see everyone.h. */
MAP(everyone, BPF_MAP_TYPE_ARRAY, __u32, struct rf_everyone, 1, 0);
/* Superblocks that hold homes, by device: the address of the super_block is in superblocks. */
MAP(everyone_devices, BPF_MAP_TYPE_HASH, __u32, __u32, RF_MAX_SUPERBLOCKS, 0);
MAP(everyone_homes, BPF_MAP_TYPE_HASH, struct rf_inode, __u32, RF_MAX_EVERYONE_HOMES, 0);
MAP(everyone_programs, BPF_MAP_TYPE_HASH, struct rf_inode, struct rf_everyone_program, RF_MAX_EVERYONE_FILES, BPF_F_NO_PREALLOC);
MAP(everyone_scripts, BPF_MAP_TYPE_HASH, struct rf_script_path, __u32, RF_MAX_EVERYONE_FILES, BPF_F_NO_PREALLOC);
MAP(everyone_rights, BPF_MAP_TYPE_ARRAY, __u32, struct rf_everyone_rights, RF_MAX_EVERYONE_PROGRAMS, 0);
/* By the number of an agent: the rows that are its own. */
MAP(everyone_own, BPF_MAP_TYPE_ARRAY, __u32, struct rf_everyone_rights, RF_MAX_AGENTS, 0);
/* The key is the address of the task_struct, as in tasks. Execs under way; then processes, by their first thread. */
MAP(everyone_expected, BPF_MAP_TYPE_HASH, __u64, struct rf_everyone_program, RF_MAX_EXPECTED, BPF_F_NO_PREALLOC);
MAP(everyone_processes, BPF_MAP_TYPE_HASH, __u64, struct trusted_process, RF_MAX_TRUSTED_PROCESSES, BPF_F_NO_PREALLOC);
MAP(everyone_sightings, BPF_MAP_TYPE_LRU_HASH, struct rf_sighting_key, struct rf_sighting, RF_MAX_SIGHTINGS, 0);

#define OPERATION(NAME) (1 << (NAME))

static const __u32 zero = 0;

#endif
