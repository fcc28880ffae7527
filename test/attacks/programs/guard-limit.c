/* SPDX-License-Identifier: Apache-2.0 */
/* As root: takes descriptors from the helper by prlimit(2). The control leaves it what it has. */
#define ATTACK "guard-limit"
#include "attack.h"
#include "guard.h"
#include <sys/resource.h>

int main(void)
{
	pid_t target = guard();
	struct rlimit limit;

	prepare("prlimit", prlimit(target, RLIMIT_NOFILE, NULL, &limit));
	intended("prlimit", prlimit(target, RLIMIT_NOFILE, &limit, NULL));
	succeed("prlimit");
}
