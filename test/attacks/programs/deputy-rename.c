/* SPDX-License-Identifier: Apache-2.0 */
/* Moves the terminal multiplexer's socket to a granted directory, where the manifest lets it connect. */
#define ATTACK "deputy-rename"
#include "attack.h"
#include "local.h"

int main(int count, char **argument)
{
	char *name = text("%s/moved", argument[2]);

	(void)count;
	intended("rename", rename("/home/dev/.screen/moved", name));
	reach_stream(name);
}
