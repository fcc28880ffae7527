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
/* Whoever asks is refused by the kernel as the helper is silent; only what was asked just before can still come. */
#define QUIET_MS 10000
#define NS_PER_TICK (1000000000ULL / 100)

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

/* Field 22 of /proc/PID/stat; the name before it may hold anything but ends with the last parenthesis. */
static unsigned long long start_ticks(__u32 pid)
{
	char path[64], text[1024], *field;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	field = strrchr(text, ')');
	for (int i = 0; field && i < 20; i++)
		field = strchr(field + 1, ' ');
	return field ? strtoull(field, NULL, 10) : 0;
}

/* Only the very process that asked: its number may belong to another by now. */
static void wake(const struct rf_pending *call)
{
	int process = (int)syscall(SYS_pidfd_open, call->pid, 0);

	if (process < 0)
		return;
	if (start_ticks(call->pid) == call->start_ns / NS_PER_TICK)
		syscall(SYS_pidfd_send_signal, process, SIGCONT, NULL, 0);
	close(process);
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
		wake(&call);
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
		nanosleep(&pause, NULL);
	}
}

static void wait_for_death(int helper)
{
	struct pollfd death = { .fd = helper, .events = POLLIN };

	while (poll(&death, 1, -1) < 0 && errno == EINTR)
		;
}

int main(int count, char **words)
{
	struct maps maps;
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
	setsid();
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	wait_for_death(helper);
	clean_up(&maps);
	return 0;
}
