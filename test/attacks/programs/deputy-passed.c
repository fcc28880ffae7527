/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody outside has connected to a daemon and hands the connection over a socket that is granted. */
#define ATTACK "deputy-passed"
#include "attack.h"
#include "local.h"

int main(void)
{
	int channel = connected(SOCK_STREAM, "@ringfence-scripted-giver", strlen("@ringfence-scripted-giver")), fd;

	prepare("send", send(channel, "give\n", 5, MSG_NOSIGNAL));
	fd = received_descriptor(channel);
	if (fd < 0) {
		errno = EPERM;
		intended("recvmsg", -1);
	}
	expect_local_answer("recvmsg", fd);
}
