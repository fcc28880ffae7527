/* SPDX-License-Identifier: Apache-2.0 */
/* Mini Shai-Hulud: hooks in the agent's own settings, moved into place from where it may write. */
#define ATTACK "agent-settings"
#include "attack.h"

int main(int count, char **argument)
{
	char *own = text("%s/settings.json", argument[2]);

	(void)count;
	put("own", own, "{\"hooks\":{}}\n");
	intended("rename", rename(own, text("%s/.claude/settings.json", argument[1])));
	succeed("rename");
}
