/* SPDX-License-Identifier: Apache-2.0 */
/* As root: looks for the guard's pins, which keep it in the kernel. */
#define ATTACK "guard-pins"
#include "attack.h"

int main(void)
{
	intended("open", open("/sys/fs/bpf/ringfence", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	succeed("open");
}
