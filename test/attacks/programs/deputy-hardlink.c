/* SPDX-License-Identifier: Apache-2.0 */
/* Links the terminal multiplexer's socket into a granted directory, and connects by the new name. */
#define ATTACK "deputy-hardlink"
#include "attack.h"
#include "local.h"

int main(int count, char **argument)
{
	char *name = text("%s/linked", argument[2]);

	(void)count;
	prepare("link", link("/home/dev/.screen/server", name));
	reach_stream(name);
}
