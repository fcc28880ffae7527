/* SPDX-License-Identifier: Apache-2.0 */
/* A directory that the agent has opened is still open in what runs the skill: a file is opened from there. */
#define ATTACK "skill-inherits"
#include "skill.h"

#define DIRECTORY 77

int main(int count, char **argument)
{
	(void)count;
	if (!getenv(BOUND))
		prepare("dup2", dup2(prepare("open", open(argument[1], O_RDONLY | O_DIRECTORY)), DIRECTORY));
	become_skill(argument);
	leak("openat", intended("openat", openat(DIRECTORY, "id_rsa", O_RDONLY)));
}
