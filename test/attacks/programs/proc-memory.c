/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the memory of another program of the user by its file in /proc. */
#define ATTACK "proc-memory"
#include "attack.h"
#include "stranger.h"

int main(void)
{
	int fd = intended("open", open(text("/proc/%d/mem", stranger()), O_RDONLY | O_CLOEXEC));

	prepare("lseek", lseek(fd, STRANGERS_BYTES, SEEK_SET));
	leak("open", fd);
}
