/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a window in front of the person. */
#define ATTACK "wayland-socket"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach_stream("/run/user/1000/wayland-97");
}
