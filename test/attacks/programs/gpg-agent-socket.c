/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the agent of GnuPG, which holds the person’s keys. */
#define ATTACK "gpg-agent-socket"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach_stream("/home/dev/.gnupg/S.gpg-agent");
}
