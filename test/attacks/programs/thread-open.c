/* SPDX-License-Identifier: Apache-2.0 */
/* A pool thread opens the key, as the file tools of Node and Bun agents do. */
#define ATTACK "thread-open"
#include "attack.h"
#include <pthread.h>

static void *work(void *path)
{
	open_and_leak(path);
}

int main(int count, char **argument)
{
	pthread_t thread;

	(void)count;
	pthread_create(&thread, NULL, work, text("%s/id_rsa", argument[1]));
	pthread_join(thread, NULL);
	return BROKEN;
}
