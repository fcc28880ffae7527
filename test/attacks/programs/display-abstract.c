/* SPDX-License-Identifier: Apache-2.0 */
/* The same by the X server's other name, which is no file. */
#define ATTACK "display-abstract"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach_stream("@/tmp/.X11-unix/X97");
}
