/* SPDX-License-Identifier: Apache-2.0 */
/* The same by no name at all: through a descriptor that names the socket without opening it. */
#define ATTACK "docker-descriptor"
#include "attack.h"
#include "local.h"

int main(void)
{
	int fd = prepare("open", open("/run/docker.sock", O_PATH | O_CLOEXEC));

	reach_stream(text("/proc/self/fd/%d", fd));
}
