/* SPDX-License-Identifier: Apache-2.0 */
/* As root: fanotify(7) on a whole file system, and with a word in what others may open there. */
#define ATTACK "watch-everything"
#include "attack.h"
#include <sys/fanotify.h>

int main(int count, char **argument)
{
	int fd = prepare("fanotify_init", fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY));

	(void)count;
	intended("fanotify_mark", fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_CLOSE_WRITE, AT_FDCWD, argument[2]));
	succeed("fanotify_mark");
}
