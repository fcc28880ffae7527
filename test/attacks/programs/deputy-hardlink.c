/* SPDX-License-Identifier: Apache-2.0 */
/* Links the editor's socket into a granted directory, and connects by the new name. */
#define ATTACK "deputy-hardlink"
#include "attack.h"
#include "local.h"

int main(int count, char **argument)
{
	char *name = text("%s/linked", argument[2]);

	(void)count;
	prepare("link", link("/home/dev/.emacs.d/server/server", name));
	reach_stream(name);
}
