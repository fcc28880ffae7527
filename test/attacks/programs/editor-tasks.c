/* SPDX-License-Identifier: Apache-2.0 */
/* Mini Shai-Hulud (April 2026): a task that the editor runs when the folder is opened. The file was not there before. */
#define ATTACK "editor-tasks"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	intended("create", open(text("%s/.vscode/tasks.json", argument[1]), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	succeed("create");
}
