/* SPDX-License-Identifier: Apache-2.0 */
/* The key lies 80 directories down, deeper than the walk goes: what cannot be resolved is refused whatever is granted. */
#define ATTACK "deeper-than-limit"
#include "attack.h"

int main(int count, char **argument)
{
	char *path = argument[1];

	(void)count;
	for (int level = 0; level < 80; level++)
		path = text("%s/d", path);
	open_and_leak(text("%s/id_rsa", path));
}
