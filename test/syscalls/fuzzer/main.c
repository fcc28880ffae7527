/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes random sequences of system calls, as an agent that tries everything, and looks in all that it reads for canaries.
 * Usage: fuzzer --seed N --seconds N --workers N --mark HEX --granted PATH … --closed PATH … --tail NAME …
 *               --open-port N --closed-port N --closed-socket PATH --closed-name NAME --open-name NAME [--steps N]
 *               [--stop-at-find] [--root] [--list EPISODE] [--only WORKER:EPISODE]
 * --mark: complement of the bytes that every canary begins with; two digits follow that say which it is.
 * Each worker runs episodes one after another, each in a process of its own that begins with nothing: what an episode does is
 * decided by seed, worker and episode alone. Ends with one line of JSON.
 */
#include "fuzzer.h"
#include "episode.h"
#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

/* An episode whose steps stand still so long is ended. */
#define HANG_MS 3000
#define LOOK_MS 20

struct settings settings = { .seconds = 10, .workers = 4, .steps = 250 };
struct shared *shared;

static uint64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000ull + time.tv_nsec / 1000000;
}

static void pause_ms(unsigned ms)
{
	struct timespec time = { .tv_nsec = ms * 1000000l };

	nanosleep(&time, NULL);
}

/* Ends every child of this process, and what becomes its child by that, until there is none. */
static void end_children(void)
{
	char list[4096], *at, *end;

	for (unsigned tries = 0; tries < 500; tries++) {
		int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
		ssize_t length = fd < 0 ? -1 : read(fd, list, sizeof(list) - 1);

		close(fd);
		list[length > 0 ? length : 0] = 0;
		for (at = list;; at = end) {
			long pid = strtol(at, &end, 10);

			if (end == at)
				break;
			kill(pid, SIGKILL);
		}
		while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
			;
		if (waitpid(-1, NULL, WNOHANG | __WALL) < 0)
			return;
		pause_ms(2);
	}
}

/* Waits for the end of an episode; ends it when it stands still. */
static void watch(unsigned number, pid_t child, uint64_t deadline)
{
	struct worker *worker = &shared->worker[number];
	uint64_t steps = worker->steps, moved = now_ms();
	int status;

	for (;;) {
		pid_t gone = waitpid(child, &status, WNOHANG | __WALL);

		if (gone == child || gone < 0)
			break;
		if (worker->steps != steps) {
			steps = worker->steps;
			moved = now_ms();
		} else if (now_ms() - moved > HANG_MS) {
			__atomic_fetch_add(&shared->counts[worker->call].hung, 1, __ATOMIC_RELAXED);
			return;
		}
		if (now_ms() > deadline || shared->stop)
			return;
		pause_ms(LOOK_MS);
	}
	if (WIFSIGNALED(status))
		__atomic_fetch_add(&shared->crashed, 1, __ATOMIC_RELAXED);
	else if (WEXITSTATUS(status)) {
		__atomic_fetch_add(&shared->unbegun, 1, __ATOMIC_RELAXED);
		pause_ms(LOOK_MS);
	}
}

/* One after another until the time is over. first, last: episodes. */
static void work(unsigned number, uint64_t deadline, unsigned first, unsigned last)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned episode = first; episode <= last && now_ms() < deadline && !shared->stop; episode++) {
		pid_t child = fork();

		if (child == 0)
			run_episode(number, episode);
		if (child < 0) {
			pause_ms(LOOK_MS);
			continue;
		}
		shared->worker[number].episode = episode;
		watch(number, child, deadline);
		kill(child, SIGKILL);
		end_children();
		__atomic_fetch_add(&shared->episodes, 1, __ATOMIC_RELAXED);
	}
	_exit(0);
}

static uint64_t all_steps(void)
{
	uint64_t steps = 0;

	for (unsigned i = 0; i < MOST_WORKERS; i++)
		steps += shared->worker[i].steps;
	return steps;
}

static void print_text(const char *text)
{
	putchar('"');
	for (; *text; text++)
		if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else
			printf((unsigned char)*text < 32 || (unsigned char)*text > 126 ? "\\u%04x" : "%c", (unsigned char)*text);
	putchar('"');
}

static void print_report(uint64_t began)
{
	printf("{\"seed\":\"%llu\",\"milliseconds\":%llu,\"steps\":%llu,\"episodes\":%u,\"unbegun\":%u,\"crashed\":%u,\"calls\":{",
	       (unsigned long long)settings.seed, (unsigned long long)(now_ms() - began), (unsigned long long)all_steps(),
	       shared->episodes, shared->unbegun, shared->crashed);
	for (unsigned i = 0; i < call_count(); i++) {
		struct count *count = &shared->counts[i];

		printf("%s\"%s\":{\"done\":%llu,\"refused\":%llu,\"failed\":%llu,\"hung\":%llu}", i ? "," : "", call_at(i)->name,
		       (unsigned long long)count->done, (unsigned long long)count->refused, (unsigned long long)count->failed, (unsigned long long)count->hung);
	}
	printf("},\"found\":%u,\"finds\":[", shared->finds);
	for (unsigned i = 0; i < shared->finds && i < MOST_FINDS; i++) {
		struct find *find = &shared->find[i];

		printf("%s{\"canary\":%u,\"call\":\"%s\",\"worker\":%u,\"episode\":%u,\"thread\":%u,\"step\":%u,\"from\":", i ? "," : "",
		       find->canary, call_at(find->call)->name, find->worker, find->episode, find->thread, find->step);
		print_text(find->from);
		putchar('}');
	}
	printf("]}\n");
}

static void read_mark(const char *hex)
{
	for (unsigned i = 0; i < MARK_BYTES; i++) {
		char digits[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		settings.mark[i] = strtoul(digits, NULL, 16);
	}
}

/* What has been found so far is still told. */
static void stop(int signal)
{
	(void)signal;
	shared->stop = 1;
}

static unsigned only_worker, only_episode, is_only;
static int listed = -1;

static void read_options(int count, char **words)
{
	static const struct option OPTIONS[] = {
		{ "seed", 1, NULL, 's' },	 { "seconds", 1, NULL, 't' },	  { "workers", 1, NULL, 'w' },	   { "mark", 1, NULL, 'm' },
		{ "granted", 1, NULL, 'g' },	 { "closed", 1, NULL, 'c' },	  { "tail", 1, NULL, 'a' },	   { "open-port", 1, NULL, 'p' },
		{ "closed-port", 1, NULL, 'P' }, { "closed-socket", 1, NULL, 'S' }, { "closed-name", 1, NULL, 'N' }, { "open-name", 1, NULL, 'n' },
		{ "steps", 1, NULL, 'e' },	 { "stop-at-find", 0, NULL, 'x' }, { "root", 0, NULL, 'r' },	   { "list", 1, NULL, 'l' },
		{ "only", 1, NULL, 'o' },	 { NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(count, words, "", OPTIONS, NULL)) >= 0)
		switch (option) {
		case 's': settings.seed = strtoull(optarg, NULL, 10); break;
		case 't': settings.seconds = atoi(optarg); break;
		case 'w': settings.workers = atoi(optarg); break;
		case 'e': settings.steps = atoi(optarg); break;
		case 'm': read_mark(optarg); break;
		case 'g': settings.granted[settings.granted_count++ % 16] = optarg; break;
		case 'c': settings.closed[settings.closed_count++ % 32] = optarg; break;
		case 'a': settings.tails[settings.tail_count++ % 32] = optarg; break;
		case 'p': settings.open_port = atoi(optarg); break;
		case 'P': settings.closed_port = atoi(optarg); break;
		case 'S': settings.closed_socket = optarg; break;
		case 'N': settings.closed_name = optarg; break;
		case 'n': settings.open_name = optarg; break;
		case 'x': settings.stop_at_find = 1; break;
		case 'r': settings.is_root = 1; break;
		case 'l': listed = atoi(optarg); break;
		case 'o': is_only = sscanf(optarg, "%u:%u", &only_worker, &only_episode) == 2; break;
		default: exit(2);
		}
}

int main(int count, char **words)
{
	uint64_t began = now_ms(), deadline;

	read_options(count, words);
	deadline = began + settings.seconds * 1000ull;
	if (listed >= 0) {
		print_episode(0, listed);
		return 0;
	}
	if (!settings.granted_count || !settings.closed_count || !settings.closed_socket || !settings.closed_name || !settings.open_name ||
	    settings.workers > MOST_WORKERS)
		return 2;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 2;
	signal(SIGTERM, stop);
	for (unsigned i = 0; i < settings.workers; i++)
		if ((!is_only || i == only_worker) && fork() == 0)
			work(i, deadline, is_only ? only_episode : 0, is_only ? only_episode : ~0u - 1);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	print_report(began);
	return 0;
}
