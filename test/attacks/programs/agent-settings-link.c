/* SPDX-License-Identifier: Apache-2.0 */
/* The same by a second name for a file of its own. */
#define ATTACK "agent-settings-link"
#include "attack.h"

int main(int count, char **argument)
{
	char *own = text("%s/settings.json", argument[2]);

	(void)count;
	put("own", own, "{\"hooks\":{}}\n");
	intended("link", link(own, text("%s/.claude/settings.json", argument[1])));
	succeed("link");
}
