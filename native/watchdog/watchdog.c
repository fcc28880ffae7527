/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ringfence-watchdog HELPER_PID PIN_DIRECTORY: waits for the death of the helper, then refuses what it left waiting for an
 * answer and wakes it, and nothing else. Small on purpose: it must not fail of the same cause as the helper.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/types.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../bpf/ringfence.h"

#define LOOK_MS 50
#define LOOK_AT_PULSE_MS 1000
/* Whoever asks is refused by the kernel as the helper is silent; only what was asked just before can still come. */
#define QUIET_MS 10000
#define NS_PER_TICK (1000000000ULL / 100)
#define FOLLOWERS_KEPT 256
#define MOST_DEPTH 4 /* sudo of sudo of a shell; those further up belong to the person */

struct maps {
	int heartbeat;
	int pending;
	int decisions;
};

static int map_call(enum bpf_cmd command, int map, const void *key, void *value)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.map_fd = (__u32)map;
	attributes.key = (__u64)(unsigned long)key;
	attributes.value = (__u64)(unsigned long)value; /* of the same place: next_key */
	return (int)syscall(SYS_bpf, command, &attributes, sizeof(attributes));
}

static int open_map(const char *directory, const char *name)
{
	union bpf_attr attributes;
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/maps/%s", directory, name) >= (int)sizeof(path))
		return -1;
	memset(&attributes, 0, sizeof(attributes));
	attributes.pathname = (__u64)(unsigned long)path;
	return (int)syscall(SYS_bpf, BPF_OBJ_GET, &attributes, sizeof(attributes));
}

/* What /proc/PID/stat says of a process; start 0: it is gone. */
struct process {
	char state;
	__u32 parent;
	int group;
	int terminal;
	int foreground; /* the group that the terminal belongs to */
	unsigned long long start;
};

static struct process read_process(__u32 pid)
{
	struct process process = { 0 };
	char path[64], text[1024], *field;
	ssize_t length;
	int fd, read_fields;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return process;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length <= 0)
		return process;
	text[length] = '\0';
	/* the name before it may hold anything but ends with the last parenthesis */
	field = strrchr(text, ')');
	if (!field)
		return process;
	read_fields = sscanf(field + 1,
			     " %c %u %d %*d %d %d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
			     &process.state, &process.parent, &process.group, &process.terminal, &process.foreground,
			     &process.start);
	if (read_fields != 6)
		process.start = 0;
	return process;
}

/* Only the very process that was meant: its number may belong to another by now. */
static void resume(__u32 pid, unsigned long long start)
{
	int process = (int)syscall(SYS_pidfd_open, pid, 0);

	if (process < 0)
		return;
	if (read_process(pid).start == start)
		syscall(SYS_pidfd_send_signal, process, SIGCONT, NULL, 0);
	close(process);
}

/* Programs such as sudo stop themselves along with the command they wait for, some of them a moment later. */
static struct {
	__u32 pid;
	unsigned long long start;
} followers[FOLLOWERS_KEPT];
static unsigned int followers_seen;

static void remember_follower(__u32 pid, unsigned long long start)
{
	for (unsigned int i = 0; i < FOLLOWERS_KEPT; i++)
		if (followers[i].pid == pid && followers[i].start == start)
			return;
	followers[followers_seen % FOLLOWERS_KEPT].pid = pid;
	followers[followers_seen++ % FOLLOWERS_KEPT].start = start;
}

static char our_runtime[4096];

static int runs_our_runtime(__u32 pid)
{
	char link[64], path[sizeof(our_runtime)] = "";

	snprintf(link, sizeof(link), "/proc/%u/exe", pid);
	return readlink(link, path, sizeof(path) - 1) > 0 && !strcmp(path, our_runtime);
}

static void remember_followers(__u32 pid)
{
	struct process process = read_process(pid);

	for (int depth = 0; process.start && depth < MOST_DEPTH && process.parent > 1; depth++) {
		__u32 parent = process.parent;

		/* what started the session is nobody's follower, nor is anyone above it */
		if (runs_our_runtime(parent))
			break;
		process = read_process(parent);
		if (process.start)
			remember_follower(parent, process.start);
	}
}

/* What the terminal has put into the background with Ctrl-Z stays there. */
static void wake_followers(void)
{
	for (unsigned int i = 0; i < FOLLOWERS_KEPT; i++) {
		struct process process;

		if (!followers[i].pid)
			continue;
		process = read_process(followers[i].pid);
		if (process.start != followers[i].start || process.state != 'T')
			continue;
		if (process.terminal && process.foreground != process.group)
			continue;
		resume(followers[i].pid, followers[i].start);
	}
}

/* First the answer, then the signal. Returns how many calls were found. */
static int refuse_all(const struct maps *maps)
{
	struct rf_answer refusal = { .verdict = RF_BLOCK, .reason = RF_REASON_GUARD_UNAVAILABLE, .approver = RF_NOBODY };
	struct rf_answer given;
	struct rf_pending call;
	__u64 request, next;
	int found = 0;
	int more = map_call(BPF_MAP_GET_NEXT_KEY, maps->pending, NULL, &next) == 0;

	while (more && found < RF_MAX_REQUESTS) {
		request = next;
		found++;
		/* asked for before the entry can go: what follows a key that is gone starts over */
		more = map_call(BPF_MAP_GET_NEXT_KEY, maps->pending, &request, &next) == 0;
		if (map_call(BPF_MAP_LOOKUP_ELEM, maps->pending, &request, &call))
			continue;
		if (map_call(BPF_MAP_LOOKUP_ELEM, maps->decisions, &request, &given))
			map_call(BPF_MAP_UPDATE_ELEM, maps->decisions, &request, &refusal);
		remember_followers(call.pid);
		resume(call.pid, call.start_ns / NS_PER_TICK);
	}
	return found;
}

static void stop_the_pulse(const struct maps *maps)
{
	struct rf_guard guard;
	__u32 zero = 0;

	if (map_call(BPF_MAP_LOOKUP_ELEM, maps->heartbeat, &zero, &guard))
		return;
	guard.beat_ns = 0;
	map_call(BPF_MAP_UPDATE_ELEM, maps->heartbeat, &zero, &guard);
}

static int another_lives(const struct maps *maps)
{
	struct rf_guard guard;
	__u32 zero = 0;

	return map_call(BPF_MAP_LOOKUP_ELEM, maps->heartbeat, &zero, &guard) == 0 && guard.beat_ns != 0;
}

static void clean_up(const struct maps *maps)
{
	struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };

	stop_the_pulse(maps);
	for (int quiet = 0; quiet < QUIET_MS && !another_lives(maps); quiet += LOOK_MS) {
		if (refuse_all(maps))
			quiet = 0;
		wake_followers();
		nanosleep(&pause, NULL);
	}
}

/* A helper that is there and does nothing: stopped, or stuck. Once it goes on, so does its pulse. */
static int is_stuck(const struct maps *maps)
{
	struct timespec now;
	struct rf_guard guard;
	__u32 zero = 0;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return map_call(BPF_MAP_LOOKUP_ELEM, maps->heartbeat, &zero, &guard) == 0 && guard.beat_ns &&
	       guard.beat_ns + 2 * RF_BEAT_NS < (__u64)now.tv_sec * 1000000000ULL + (__u64)now.tv_nsec;
}

static void wait_for_death(int helper, const struct maps *maps)
{
	struct pollfd death = { .fd = helper, .events = POLLIN };

	while (poll(&death, 1, LOOK_AT_PULSE_MS) <= 0) {
		if (!is_stuck(maps))
			continue;
		refuse_all(maps);
		wake_followers();
	}
}

int main(int count, char **words)
{
	struct maps maps;
	char link[64];
	pid_t parent;
	int helper;

	if (count != 3)
		return 2;
	parent = (pid_t)strtol(words[1], NULL, 10);
	helper = (int)syscall(SYS_pidfd_open, parent, 0);
	/* opened first, compared then: it is the parent and no other */
	if (helper < 0 || getppid() != parent)
		return 3;
	maps.heartbeat = open_map(words[2], "heartbeat");
	maps.pending = open_map(words[2], "pending");
	maps.decisions = open_map(words[2], "decisions");
	if (maps.heartbeat < 0 || maps.pending < 0 || maps.decisions < 0)
		return 4;
	snprintf(link, sizeof(link), "/proc/%d/exe", parent);
	if (readlink(link, our_runtime, sizeof(our_runtime) - 1) <= 0)
		return 5;
	setsid();
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	wait_for_death(helper, &maps);
	clean_up(&maps);
	return 0;
}
