/* SPDX-License-Identifier: Apache-2.0 */
/* TCP by a protocol number of its own (MPTCP), which rules on TCP alone do not see. */
#define ATTACK "multipath-socket"
#include "attack.h"
#include <netinet/in.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

int main(void)
{
	intended("socket", socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP));
	succeed("socket");
}
