/* SPDX-License-Identifier: Apache-2.0 */
/* Inside bubblewrap, with the victim’s directory bound into the new root by another name. */
#define ATTACK "bubblewrap-read"
#include "attack.h"
#include "bubblewrap.h"

int main(int count, char **argument)
{
	if (is_inside(count, argument))
		open_and_leak("/tmp/notes/id_rsa");
	GO_INSIDE(argument, "--tmpfs", "/tmp", "--bind", argument[1], "/tmp/notes");
}
