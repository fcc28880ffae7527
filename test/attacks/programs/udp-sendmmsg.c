/* SPDX-License-Identifier: Apache-2.0 */
/* sendmmsg() on an IPv6 UDP socket with a v4-mapped peer in the message header. */
#define ATTACK "udp-sendmmsg"
#include "attack.h"
#include "network.h"

int main(int count, char **argument)
{
	struct sockaddr_in6 address = address6(argument[count - 1], "::ffff:127.0.0.1");
	struct iovec part = { .iov_base = "stolen\n", .iov_len = 7 };
	struct mmsghdr message = { .msg_hdr = { .msg_name = &address, .msg_namelen = sizeof(address), .msg_iov = &part,
						.msg_iovlen = 1 } };
	int fd = prepare("socket", socket(AF_INET6, SOCK_DGRAM, 0));

	intended("sendmmsg", sendmmsg(fd, &message, 1, 0));
	expect_answer("sendmmsg", fd);
}
