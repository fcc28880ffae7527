/* SPDX-License-Identifier: Apache-2.0 */
/* A program outside has opened the key and hands the descriptor over a socket that is granted: a helper that can be talked into it. */
#define ATTACK "receive-file"
#include "attack.h"
#include "local.h"

int main(int count, char **argument)
{
	int channel = connected(SOCK_STREAM, "@ringfence-scripted-opener", strlen("@ringfence-scripted-opener")), fd;
	char *path = text("%s/id_rsa", argument[1]);

	(void)count;
	prepare("send", send(channel, path, strlen(path), MSG_NOSIGNAL));
	fd = received_descriptor(channel);
	if (fd < 0) {
		errno = EPERM;
		intended("recvmsg", -1);
	}
	leak("recvmsg", fd);
}
