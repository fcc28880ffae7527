/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks that race with the guard: one thread changes what a name or a number leads to without a pause, the other opens it again and
 * again. GRANTED/rounds says how often; a control is over as soon as it has the secret.
 */
#ifndef RACE_H
#define RACE_H

#include "attack.h"
#include <pthread.h>

#define FEW_ROUNDS 200
/* Times as many, as long as nothing came of any: on a machine that has other work one of the threads may hardly run. */
#define PATIENCE 50

static volatile int race_is_over;
static void (*race_change)(void);

__attribute__((unused)) static long rounds_wanted(const char *granted)
{
	char number[32] = { 0 };
	int fd = open(text("%s/rounds", granted), O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, number, sizeof(number) - 1);

	if (fd >= 0)
		close(fd);
	return length > 0 ? atol(number) : FEW_ROUNDS;
}

__attribute__((noreturn, unused)) static void finish_race(int code, int error, long rounds, long refused, long harmless)
{
	printf("{\"attack\":\"%s\",\"step\":\"race\",\"ok\":%s,\"errno\":%d,\"leaked\":%s,\"rounds\":%ld,\"refused\":%ld,\"harmless\":%ld}\n",
	       ATTACK, code == SUCCEEDED ? "true" : "false", error, code == SUCCEEDED ? "true" : "false", rounds, refused,
	       harmless);
	fflush(stdout);
	_exit(code);
}

static void *race_changing(void *unused)
{
	(void)unused;
	while (!race_is_over) {
		race_change();
		sched_yield();
	}
	return NULL;
}

static int holds_secret(int fd)
{
	char buffer[4096];
	ssize_t length = read(fd, buffer, sizeof(buffer) - 1);

	close(fd);
	buffer[length > 0 ? length : 0] = 0;
	return strstr(buffer, MARKER) != NULL;
}

/* `reach` opens, or fails with its errno: what is refused and what is harmless has to come up, or there was no race. */
__attribute__((noreturn, unused)) static void race(const char *granted, void (*change)(void), int (*reach)(void))
{
	long rounds = rounds_wanted(granted), refused = 0, harmless = 0;
	pthread_t thread;

	race_change = change;
	if (pthread_create(&thread, NULL, race_changing, NULL))
		finish(BROKEN, "thread", errno, 0);
	for (long round = 0; round < rounds || (!refused && round < rounds * PATIENCE); round++) {
		int fd = reach();

		if (fd >= 0 && holds_secret(fd))
			finish_race(SUCCEEDED, 0, round + 1, refused, harmless);
		if (fd >= 0)
			harmless++;
		else if (errno == EPERM)
			refused++;
		sched_yield();
	}
	race_is_over = 1;
	pthread_join(thread, NULL);
	finish_race(refused ? REFUSED : BROKEN, refused ? EPERM : 0, rounds, refused, harmless);
}

#endif
