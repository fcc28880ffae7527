/* SPDX-License-Identifier: Apache-2.0 */
/* A child in an own PID namespace is process 1 there: a tracker by process number takes it for another. */
#define ATTACK "pid-namespace"
#include "attack.h"

int main(int count, char **argument)
{
	pid_t child;

	(void)count;
	become_namespace_root(CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS);
	child = prepare("fork", fork());
	if (child == 0)
		open_and_leak(text("%s/id_rsa", argument[1]));
	exit_as(child);
}
