/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for canaries in whatever has been read. */
#include "fuzzer.h"
#include <sys/uio.h>

static int is_mark(const unsigned char *at)
{
	for (int i = 0; i < MARK_BYTES; i++)
		if (at[i] != (unsigned char)~settings.mark[i])
			return 0;
	return 1;
}

static void report(struct thread *thread, unsigned canary, int from)
{
	unsigned number = __atomic_fetch_add(&shared->finds, 1, __ATOMIC_RELAXED);
	struct find *find = &shared->find[number < MOST_FINDS ? number : MOST_FINDS - 1];
	char link[64];
	ssize_t length;

	if (number >= MOST_FINDS)
		return;
	find->canary = canary;
	find->worker = worker_number;
	find->episode = episode_number;
	find->thread = thread->number;
	find->step = thread->step;
	find->call = thread->call;
	snprintf(link, sizeof(link), "/proc/thread-self/fd/%d", from);
	length = from < 0 ? -1 : readlink(link, find->from, sizeof(find->from) - 1);
	find->from[length < 0 ? 0 : length] = 0;
	if (settings.stop_at_find)
		shared->stop = 1;
}

/* A canary is its mark and two digits. It may not have come whole: any of its repeats will do. */
void scan(struct thread *thread, const void *bytes, long length, int from)
{
	const unsigned char *at = bytes, *end = at + length - MARK_BYTES - 2, first = ~settings.mark[0];

	while (length > MARK_BYTES + 1 && at <= end) {
		at = memchr(at, first, end - at + 1);
		if (!at)
			return;
		if (is_mark(at)) {
			report(thread, (at[MARK_BYTES] - '0') * 10 + at[MARK_BYTES + 1] - '0', from);
			return;
		}
		at++;
	}
}
