/* SPDX-License-Identifier: Apache-2.0 */
/* A symbolic link in the granted directory points at the key (kubearmor/KubeArmor#2319: link and target disagree). */
#define ATTACK "open-symlink"
#include "attack.h"

int main(int count, char **argument)
{
	char *link = text("%s/note.txt", argument[2]);

	(void)count;
	prepare("symlink", symlink(text("%s/id_rsa", argument[1]), link));
	open_and_leak(link);
}
