/* SPDX-License-Identifier: Apache-2.0 */
/* Watches a folder that may not be listed: inotify(7) tells the names in it as they are used. */
#define ATTACK "watch-folder"
#include "attack.h"
#include <sys/inotify.h>

int main(int count, char **argument)
{
	(void)count;
	intended("inotify_add_watch", inotify_add_watch(prepare("inotify_init1", inotify_init1(IN_CLOEXEC)), argument[1], IN_ALL_EVENTS));
	succeed("inotify_add_watch");
}
