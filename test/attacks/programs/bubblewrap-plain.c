/* SPDX-License-Identifier: Apache-2.0 */
/* Inside bubblewrap, by the very name: all of the host is there. */
#define ATTACK "bubblewrap-plain"
#include "attack.h"
#include "bubblewrap.h"

int main(int count, char **argument)
{
	if (is_inside(count, argument))
		open_and_leak(text("%s/id_rsa", argument[1]));
	GO_INSIDE(argument, "--tmpfs", "/tmp");
}
