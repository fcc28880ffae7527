/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the SSH agent to sign, by the socket that its environment names. */
#define ATTACK "ssh-agent-socket"
#include "attack.h"
#include "local.h"

int main(void)
{
	const char *path = getenv("SSH_AUTH_SOCK");

	reach_stream(path ? path : "/tmp/ssh-ringfence/agent.97");
}
