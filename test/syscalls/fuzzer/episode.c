/* SPDX-License-Identifier: Apache-2.0 */
/* Sequences of calls: each step is drawn by dice of its own, and acts on what the steps before have left. */
#include "fuzzer.h"
#include "calls.h"
#include "episode.h"
#include "passing.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>

#define MOST_THREADS 2
#define CHILD_STEPS 24

static const struct call *const GROUPS[] = { FILE_CALLS,    CONTENT_CALLS, ATTRIBUTE_CALLS, NAMESPACE_CALLS,
					     PASSING_CALLS, SOCKET_CALLS,  RING_CALLS };
static const struct call *calls[MOST_CALLS];
static unsigned many, weights;

struct state state;
unsigned worker_number, episode_number;
static uint64_t episode_seed;
static struct thread threads[MOST_THREADS + 1];

static void list_calls(void)
{
	if (many)
		return;
	for (unsigned group = 0; group < sizeof(GROUPS) / sizeof(GROUPS[0]); group++)
		for (const struct call *call = GROUPS[group]; call->name && many < MOST_CALLS; call++) {
			calls[many++] = call;
			weights += call->weight;
		}
}

const struct call *call_at(unsigned index)
{
	list_calls();
	return calls[index];
}

unsigned call_count(void)
{
	list_calls();
	return many;
}

long ended(struct thread *thread, long result)
{
	struct count *count = &shared->counts[thread->call];
	uint64_t *field = result != -1 ? &count->done : errno == EPERM ? &count->refused : &count->failed;

	__atomic_fetch_add(field, 1, __ATOMIC_RELAXED);
	return result;
}

/* Which call a step is, by its weight. */
static unsigned draw_call(struct dice *dice)
{
	unsigned at = pick(dice, weights), index = 0;

	while (at >= calls[index]->weight)
		at -= calls[index++]->weight;
	return index;
}

void make_step(struct thread *thread)
{
	struct worker *worker = &shared->worker[worker_number];

	thread->dice.state = mixed(mixed(episode_seed, thread->number + 16 * thread->depth), thread->step);
	thread->call = draw_call(&thread->dice);
	worker->call = thread->call;
	calls[thread->call]->make(thread);
	__atomic_fetch_add(&worker->steps, 1, __ATOMIC_RELAXED);
	thread->step++;
}

void child_steps(struct thread *thread)
{
	thread->depth++;
	for (unsigned i = 0; i < CHILD_STEPS && !shared->stop; i++)
		make_step(thread);
}

static void *run_thread(void *argument)
{
	struct thread *thread = argument;

	for (unsigned i = 0; i < settings.steps && !shared->stop; i++)
		make_step(thread);
	return NULL;
}

static void nothing(int signal)
{
	(void)signal;
}

/* A call that waits is interrupted, so that an episode seldom has to be ended from outside. */
static void interrupt_waiting(void)
{
	struct sigaction action = { .sa_handler = nothing };
	struct itimerval every = { { 0, 200000 }, { 0, 200000 } };

	sigaction(SIGALRM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	setitimer(ITIMER_REAL, &every, NULL);
}

/* Puts back what earlier episodes may have closed or moved away. */
static void tidy(struct dice *dice)
{
	char path[PATH_BYTES];

	for (unsigned i = 0; i < settings.granted_count; i++) {
		mkdir(settings.granted[i], 0755);
		chmod(settings.granted[i], 0755);
		for (char name = 'a'; name <= 'e'; name++) {
			snprintf(path, sizeof(path), "%s/%c", settings.granted[i], name);
			if (once_in(dice, 4) && unlink(path))
				rmdir(path);
		}
		snprintf(path, sizeof(path), "%s/dir", settings.granted[i]);
		mkdir(path, 0755);
		chmod(path, 0755);
		snprintf(path, sizeof(path), "%s/m", settings.granted[i]);
		mkdir(path, 0755);
	}
}

/* Root's mounts must not be the machine's. */
static int apart(void)
{
	return unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static void begin(struct dice *dice)
{
	if (settings.is_root && apart())
		_exit(3);
	tidy(dice);
	if (chdir(settings.granted[0]))
		_exit(3);
	interrupt_waiting();
	start_keeper();
	/* half of the episodes: what a user can do in a namespace of its own */
	if (once_in(dice, 2) && !settings.is_root && !unshare(CLONE_NEWUSER | CLONE_NEWNS))
		begin_namespace(&threads[0], CLONE_NEWUSER | CLONE_NEWNS);
}

void run_episode(unsigned worker, unsigned episode)
{
	struct dice dice;
	pthread_t started[MOST_THREADS];
	unsigned more = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	worker_number = worker;
	episode_number = episode;
	list_calls();
	episode_seed = mixed(mixed(settings.seed, worker), episode);
	dice.state = mixed(episode_seed, ~0ull);
	begin(&dice);
	if (once_in(&dice, 3))
		more = 1 + pick(&dice, MOST_THREADS);
	for (unsigned i = 0; i < more; i++) {
		threads[i + 1].number = i + 1;
		if (pthread_create(&started[i], NULL, run_thread, &threads[i + 1]))
			more = i;
	}
	run_thread(&threads[0]);
	for (unsigned i = 0; i < more; i++)
		pthread_join(started[i], NULL);
	_exit(0);
}

void print_episode(unsigned worker, unsigned episode)
{
	uint64_t seed = mixed(mixed(settings.seed, worker), episode);
	struct dice dice;

	list_calls();
	for (unsigned step = 0; step < settings.steps; step++) {
		dice.state = mixed(mixed(seed, 0), step);
		printf("%u %s", step, calls[draw_call(&dice)]->name);
		printf(" %016llx\n", (unsigned long long)draw(&dice));
	}
}
