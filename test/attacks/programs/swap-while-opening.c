/* SPDX-License-Identifier: Apache-2.0 */
/* A thread swaps a symbolic link between a granted file and the key while another opens it, over and over (the race of Claw Chain). */
#define ATTACK "swap-while-opening"
#include "attack.h"
#include <pthread.h>

#define ROUNDS 400
/* A path that moves may be refused for that alone, whatever lies there. */
#define REFUSALS 20

static char *granted, *secret, *link_path, *other_path;
static int over;

static void *swap(void *nothing)
{
	(void)nothing;
	while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
		renameat2(AT_FDCWD, other_path, AT_FDCWD, link_path, RENAME_EXCHANGE);
	}
	return NULL;
}

int main(int count, char **argument)
{
	int refused = 0;
	pthread_t thread;

	(void)count;
	granted = text("%s/own", argument[2]);
	secret = text("%s/id_rsa", argument[1]);
	link_path = text("%s/link", argument[2]);
	other_path = text("%s/other", argument[2]);
	put("own", granted, "own\n");
	prepare("symlink", symlink(granted, link_path) | symlink(secret, other_path));
	prepare("pthread_create", pthread_create(&thread, NULL, swap, NULL) ? -1 : 0);
	/* as long as it takes to meet the key at all */
	for (int round = 0; round < ROUNDS || refused < REFUSALS; round++) {
		int fd = open(link_path, O_RDONLY | O_CLOEXEC);
		char buffer[256] = { 0 };

		if (fd < 0) {
			refused += errno == EPERM;
			continue;
		}
		prepare("read", read(fd, buffer, sizeof(buffer) - 1));
		if (strstr(buffer, MARKER))
			finish(SUCCEEDED, "open", 0, 1);
		close(fd);
	}
	over = 1;
	errno = EPERM;
	intended("open", -1);
	return BROKEN;
}
