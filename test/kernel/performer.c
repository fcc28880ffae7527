/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries out operations for the kernel suite from inside a session: one line in, one errno out. Static, so that its own
 * start opens nothing. Lines: operation TAB path [TAB second path or port].
 */
#include "operations.h"

/* A pipe at known numbers, to be opened a second time through /proc. */
static void place_pipe(void)
{
	int ends[2];

	if (pipe(ends) || dup2(ends[0], 10) < 0 || dup2(ends[1], 11) < 0)
		exit(2);
}

/* Busy, and now and then asleep in a call: what a runtime's other threads do. */
static void *accompany(void *unused)
{
	struct pollfd nothing = { .fd = -1 };

	for (;;) {
		for (int i = 0; i < 1000; i++)
			getppid();
		poll(&nothing, 1, 5);
	}
	return unused;
}

int main(int count, char **words)
{
	static char line[65536];

	place_pipe();
	for (int i = 0; i < (count > 1 ? atoi(words[1]) : 0); i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, accompany, NULL))
			exit(3);
	}

	while (fgets(line, sizeof(line), stdin)) {
		char *rest = line;
		char *operation = strsep(&rest, "\t\n");
		char *path = strsep(&rest, "\t\n");
		char *other = strsep(&rest, "\t\n");

		printf("%d\n", perform(operation, path, other));
		fflush(stdout);
	}
	return 0;
}
