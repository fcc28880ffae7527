/* SPDX-License-Identifier: Apache-2.0 */
/* Wipes a hundred files that it may delete one by one, from several threads at once. */
#define ATTACK "delete-storm"
#include "attack.h"
#include <pthread.h>

#define THREADS 4
#define FILES 25

static const char *granted;
static int refused;

static void *wipe(void *thread)
{
	for (int i = 0; i < FILES; i++)
		if (unlink(text("%s/storm-%ld-%d", granted, (long)thread, i)))
			__atomic_store_n(&refused, errno, __ATOMIC_RELAXED);
	return NULL;
}

int main(int count, char **argument)
{
	pthread_t threads[THREADS];

	(void)count;
	granted = argument[2];
	for (long thread = 0; thread < THREADS; thread++)
		for (int i = 0; i < FILES; i++)
			put("file", text("%s/storm-%ld-%d", granted, thread, i), "work\n");
	for (long thread = 0; thread < THREADS; thread++)
		pthread_create(&threads[thread], NULL, wipe, (void *)thread);
	for (int thread = 0; thread < THREADS; thread++)
		pthread_join(threads[thread], NULL);
	errno = refused;
	intended("unlink", refused ? -1 : 0);
	succeed("unlink");
}
