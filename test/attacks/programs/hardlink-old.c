/* SPDX-License-Identifier: Apache-2.0 */
/* A hard link to the key that was made before the session lies in the granted directory (by a backup, an earlier agent). */
#define ATTACK "hardlink-old"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	open_and_leak(text("%s/old-link", argument[2]));
}
