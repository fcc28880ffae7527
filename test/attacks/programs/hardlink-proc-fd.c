/* SPDX-License-Identifier: Apache-2.0 */
/* The same by linkat(/proc/self/fd/N, AT_SYMLINK_FOLLOW) on an O_PATH descriptor: the call names no path of the key. */
#define ATTACK "hardlink-proc-fd"
#include "attack.h"

int main(int count, char **argument)
{
	char *name = text("%s/fd-link", argument[2]);
	int fd = prepare("open(O_PATH)", open(text("%s/id_rsa", argument[1]), O_PATH));

	(void)count;
	intended("link", linkat(AT_FDCWD, text("/proc/self/fd/%d", fd), AT_FDCWD, name, AT_SYMLINK_FOLLOW));
	open_and_leak(name);
}
