/* SPDX-License-Identifier: Apache-2.0 */
/* The skill's file is executed by an O_PATH descriptor, through a link: no path of the skill is named. */
#define ATTACK "skill-by-descriptor"
#include "skill.h"

int main(int count, char **argument)
{
	const char *link = text("%s/link", argument[2]);
	char **vector;
	int fd;

	(void)count;
	if (!getenv(BOUND)) {
		prepare("symlink", symlink(SKILLS_FILE, link));
		fd = prepare("open(O_PATH)", open(link, O_PATH));
		/* first, as it changes the environment */
		vector = skill_vector(argument);
		prepare("execveat", syscall(SYS_execveat, fd, "", vector, environ, AT_EMPTY_PATH));
	}
	open_and_leak(text("%s/id_rsa", argument[1]));
}
