/* SPDX-License-Identifier: Apache-2.0 */
/* As root: reads what the kernel traces of everybody's calls, below a path that the manifest grants. */
#define ATTACK "trace-kernel"
#include "attack.h"

int main(void)
{
	intended("open", open("/home/shared/attacks/tracing/trace", O_RDONLY | O_CLOEXEC));
	succeed("open");
}
