/* SPDX-License-Identifier: Apache-2.0 */
/* Plants a file without creating a name: O_TMPFILE in the granted directory, then linkat() into the victim's. */
#define ATTACK "tmpfile-link"
#include "attack.h"

int main(int count, char **argument)
{
	int fd = prepare("open(O_TMPFILE)", open(argument[2], O_TMPFILE | O_WRONLY, 0600));

	(void)count;
	prepare("write", write(fd, "planted\n", 8));
	intended("link", linkat(AT_FDCWD, text("/proc/self/fd/%d", fd), AT_FDCWD,
				text("%s/authorized_keys", argument[1]), AT_SYMLINK_FOLLOW));
	succeed("link");
}
