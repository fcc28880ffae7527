/* SPDX-License-Identifier: Apache-2.0 */
/* pidfd_getfd(2) takes an open descriptor out of another program of the user. */
#define ATTACK "process-descriptor"
#include "attack.h"
#include "stranger.h"

int main(void)
{
	int process = prepare("pidfd_open", syscall(SYS_pidfd_open, stranger(), 0));
	int fd = intended("pidfd_getfd", syscall(SYS_pidfd_getfd, process, STRANGERS_DESCRIPTOR, 0));

	prepare("lseek", lseek(fd, 0, SEEK_SET));
	leak("pidfd_getfd", fd);
}
