/* SPDX-License-Identifier: Apache-2.0 */
/* Opens what another program of the user has open, by its link in /proc: the file is one that the manifest does not grant. */
#define ATTACK "proc-descriptor"
#include "attack.h"
#include "stranger.h"

int main(void)
{
	char *path = text("/proc/%d/fd/%d", stranger(), STRANGERS_DESCRIPTOR);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	/* the kernel itself turns the guard's refusal to look into the process into this */
	if (fd < 0 && errno == EACCES)
		errno = EPERM;
	leak("open", intended("open", fd));
}
