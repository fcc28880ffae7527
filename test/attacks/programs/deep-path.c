/* SPDX-License-Identifier: Apache-2.0 */
/* The key lies 48 directories down: walkers with a short limit see only the end of the path (kubearmor/KubeArmor#2609). */
#define ATTACK "deep-path"
#include "attack.h"

int main(int count, char **argument)
{
	char *path = argument[1];

	(void)count;
	for (int level = 0; level < 48; level++)
		path = text("%s/d", path);
	open_and_leak(text("%s/id_rsa", path));
}
