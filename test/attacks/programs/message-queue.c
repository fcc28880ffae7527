/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a message out of the System V queue of another program of the user. */
#define ATTACK "message-queue"
#include "attack.h"
#include "stranger.h"
#include <sys/ipc.h>
#include <sys/msg.h>

static void use_own_queue(void)
{
	struct strangers_message message = { .type = 1, .bytes = "own" };
	int own = prepare("own msgget", msgget(IPC_PRIVATE, IPC_CREAT | 0600));

	prepare("own msgsnd", msgsnd(own, &message, sizeof(message.bytes), IPC_NOWAIT));
	prepare("own msgrcv", msgrcv(own, &message, sizeof(message.bytes), 0, IPC_NOWAIT));
	prepare("own msgctl", msgctl(own, IPC_RMID, NULL));
}

int main(void)
{
	struct strangers_message message;
	int id;

	use_own_queue();
	id = msgget(STRANGERS_QUEUE, 0);
	refused_as_access();
	intended("msgget", id);
	/* a copy: the message stays where it is */
	intended("msgrcv", msgrcv(id, &message, sizeof(message.bytes), 0, IPC_NOWAIT | MSG_COPY | MSG_NOERROR));
	finish(strstr(message.bytes, MARKER) ? SUCCEEDED : BROKEN, "msgrcv", 0, 1);
}
