/* SPDX-License-Identifier: Apache-2.0 */
/* Has the service manager of the user start a program outside of the guard. */
#define ATTACK "systemd-private"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach_stream("/run/user/1000/systemd/private");
}
