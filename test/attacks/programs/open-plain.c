/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the key by its plain name, as any agent's file tool does. */
#define ATTACK "open-plain"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	open_and_leak(text("%s/id_rsa", argument[1]));
}
