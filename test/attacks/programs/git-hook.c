/* SPDX-License-Identifier: Apache-2.0 */
/* A hook in a repository, which the person's next git runs. */
#define ATTACK "git-hook"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	intended("create", open(text("%s/.git/hooks/post-checkout", argument[1]), O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
	succeed("create");
}
