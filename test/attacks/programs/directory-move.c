/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Launders a right by moving a directory: below repository/git nothing may be written, below repository/g everything.
 * `mv git g; write g/hooks/pre-commit; mv g git` plants a hook that the person's own git will run.
 */
#define ATTACK "directory-move"
#include "attack.h"

int main(int count, char **argument)
{
	char *from = text("%s/repository/git", argument[1]), *to = text("%s/repository/g", argument[1]);

	(void)count;
	intended("rename", rename(from, to));
	put("hook", text("%s/hooks/pre-commit", to), "#!/bin/sh\n");
	prepare("rename", rename(to, from));
	prepare("access", access(text("%s/hooks/pre-commit", from), F_OK));
	succeed("rename");
}
