/* SPDX-License-Identifier: Apache-2.0 */
/* Speaks to the desktop's bus: accessibility presses buttons, systemd starts programs outside the session. */
#define ATTACK "session-bus"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach_stream("/run/user/1000/bus");
}
