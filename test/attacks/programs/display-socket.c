/* SPDX-License-Identifier: Apache-2.0 */
/* Speaks to the X server, which moves the pointer and presses buttons for whoever may speak to it. */
#define ATTACK "display-socket"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach_stream("/tmp/.X11-unix/X97");
}
