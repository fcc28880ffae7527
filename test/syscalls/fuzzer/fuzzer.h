/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the fuzzer share. main.c says what it is. */
#ifndef FUZZER_H
#define FUZZER_H

#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_WORKERS 16
#define MOST_CALLS 160
#define MOST_FINDS 64
#define PATH_BYTES 1024
#define MARK_BYTES 8
#define SLOTS 48
#define BUFFER_BYTES 32768

/* What a number drawn decides is the same whatever calls have returned: each step has dice of its own. */
struct dice {
	uint64_t state;
};

uint64_t mixed(uint64_t a, uint64_t b);
uint64_t draw(struct dice *dice);

static inline unsigned pick(struct dice *dice, unsigned many)
{
	return (draw(dice) >> 16) % many;
}

static inline int once_in(struct dice *dice, unsigned many)
{
	return pick(dice, many) == 0;
}

#define PICK(DICE, ARRAY) ((ARRAY)[pick(DICE, sizeof(ARRAY) / sizeof((ARRAY)[0]))])

enum kind { FILE_FD, DIRECTORY, PATH_FD, PIPE_END, SOCKET, RING_FD, NAMESPACE, MOUNT_FD, WATCH, PROCESS, ANY_KIND };

/* One thread of one episode. */
struct thread {
	struct dice dice;
	unsigned number;
	unsigned step;
	unsigned call;
	unsigned depth; /* of processes made within processes */
	unsigned char buffer[BUFFER_BYTES];
};

/* What calls leave behind for later ones: shared by the threads of a process, copied to its children. */
struct state {
	int fd[SLOTS];
	unsigned char kind[SLOTS];
	char recent[8][PATH_BYTES]; /* what the last links, renames and mounts made */
	unsigned char handle[4][144]; /* struct file_handle */
	void *mapped[4];
	size_t mapped_bytes[4];
	int keeper; /* socket to the process that keeps descriptors, and its pid */
	int keeper_pid;
	int in_namespace;
};

/* A canary that came out. */
struct find {
	unsigned canary, worker, episode, thread, step, call;
	char from[160];
};

struct count {
	uint64_t done, refused, failed, hung;
};

struct worker {
	uint64_t steps; /* stands still: it hangs */
	unsigned episode;
	unsigned call;
};

/* Seen by every process of the fuzzer, however it was made. */
struct shared {
	int stop;
	unsigned finds, episodes, unbegun, crashed;
	struct count counts[MOST_CALLS];
	struct find find[MOST_FINDS];
	struct worker worker[MOST_WORKERS];
};

/* What it was started with. */
struct settings {
	uint64_t seed;
	unsigned seconds, workers, steps;
	unsigned char mark[MARK_BYTES]; /* complement of what every canary begins with: the canary itself must not be in this memory */
	const char *granted[16], *closed[32], *tails[32];
	unsigned granted_count, closed_count, tail_count;
	unsigned open_port, closed_port;
	const char *closed_socket, *closed_name, *open_name;
	int stop_at_find, is_root;
};

struct call {
	const char *name;
	unsigned weight;
	void (*make)(struct thread *);
};

extern struct settings settings;
extern struct shared *shared;
extern struct state state;
extern unsigned worker_number, episode_number;
const struct call *call_at(unsigned index);
unsigned call_count(void);

/* Counts what a call came to; returns it. */
long ended(struct thread *thread, long result);
/* A raw system call, counted. */
#define CALL(THREAD, NAME, ...) ended(THREAD, syscall(SYS_##NAME, ##__VA_ARGS__))
/* The same, uncounted: part of another one. */
#define QUIET(NAME, ...) syscall(SYS_##NAME, ##__VA_ARGS__)

/* Looks for canaries in bytes that a call has brought. */
void scan(struct thread *thread, const void *bytes, long length, int from);

/* Descriptors. */
void keep(struct thread *thread, long fd, enum kind kind);
int some_fd(struct thread *thread, enum kind kind);
int some_directory(struct thread *thread);

/* Names. */
enum towards { ANYWHERE, OPEN_PLACE, CLOSED_PLACE };
const char *path_to(struct thread *thread, enum towards where, char *buffer);
void remember(struct thread *thread, const char *path);

/* A step of whatever kind; a process that makes some more and ends. */
void make_step(struct thread *thread);
void child_steps(struct thread *thread);
void begin_namespace(struct thread *thread, int flags);

#endif
