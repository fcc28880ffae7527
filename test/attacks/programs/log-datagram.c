/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a line into the log of the system that another seems to have written. */
#define ATTACK "log-datagram"
#include "attack.h"
#include "local.h"

int main(void)
{
	send_datagram("/run/systemd/journal/dev-log");
}
