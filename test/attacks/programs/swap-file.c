/* SPDX-License-Identifier: Apache-2.0 */
/* As root: has the machine put memory of other programs into a file that may be read. */
#define ATTACK "swap-file"
#include "attack.h"
#include <sys/swap.h>

#define PAGE 4096
#define PAGES 64

int main(int count, char **argument)
{
	char *path = text("%s/swap", argument[2]), page[PAGE] = { 0 };
	int fd = prepare("open", open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
	struct { unsigned version, last, bad; } facts = { 1, PAGES - 1, 0 };

	(void)count;
	memcpy(page + 1024, &facts, sizeof(facts));
	memcpy(page + PAGE - 10, "SWAPSPACE2", 10);
	for (int number = 0; number < PAGES; number++) {
		prepare("write", write(fd, page, PAGE) == PAGE ? 0 : -1);
		memset(page, 0, PAGE);
	}
	prepare("fsync", fsync(fd));
	intended("swapon", swapon(path, 0));
	prepare("swapoff", swapoff(path));
	succeed("swapon");
}
