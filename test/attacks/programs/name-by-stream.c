/* SPDX-License-Identifier: Apache-2.0 */
/* A name that nothing grants, asked for by TCP, with the length of the message split from it and by itself. */
#define ATTACK "name-by-stream"
#include "attack.h"
#include "names.h"

int main(int count, char **argument)
{
	unsigned char message[1026];
	struct sockaddr_in server = address_of(SERVER, DNS_PORT);
	int fd = prepare("socket", socket(AF_INET, SOCK_STREAM, 0)), yes = 1;
	size_t bytes = write_question(message + 2, "far.example.net");

	message[0] = 0;
	message[1] = bytes;
	prepare("connect to the name server", connect(fd, (void *)&server, sizeof(server)));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	prepare("ask", send(fd, message, 1, 0));
	prepare("ask", send(fd, message + 1, bytes + 1, 0));
	prepare("answer", recv(fd, message, sizeof(message), 0));
	sleep(1); /* the helper reads streams: until it has, the refusal is for that */
	reach(FAR, argument[count - 1]);
}
