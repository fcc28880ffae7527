/* SPDX-License-Identifier: Apache-2.0 */
/* Types into a terminal that a person has shared: tmux sends keys for whoever may speak to it. */
#define ATTACK "shared-terminal"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach_stream("/tmp/tmux-1000/default");
}
