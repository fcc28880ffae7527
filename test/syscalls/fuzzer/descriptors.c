/* SPDX-License-Identifier: Apache-2.0 */
/* What is open, so that later calls go on from there. */
#include "fuzzer.h"

void keep(struct thread *thread, long fd, enum kind kind)
{
	unsigned slot = pick(&thread->dice, SLOTS);

	if (fd < 0)
		return;
	if (state.fd[slot] > 2 && state.fd[slot] != state.keeper && state.fd[slot] != fd)
		close(state.fd[slot]);
	state.fd[slot] = fd;
	state.kind[slot] = kind;
}

/* One of the kind that is wanted, now and then of another; -1 when there is none. */
int some_fd(struct thread *thread, enum kind kind)
{
	unsigned from = pick(&thread->dice, SLOTS);

	if (once_in(&thread->dice, 10))
		kind = ANY_KIND;
	for (unsigned i = 0; i < SLOTS; i++) {
		unsigned slot = (from + i) % SLOTS;

		if (state.fd[slot] > 2 && (kind == ANY_KIND || state.kind[slot] == kind))
			return state.fd[slot];
	}
	return -1;
}

int some_directory(struct thread *thread)
{
	return some_fd(thread, once_in(&thread->dice, 3) ? PATH_FD : DIRECTORY);
}
