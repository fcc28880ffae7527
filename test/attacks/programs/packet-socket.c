/* SPDX-License-Identifier: Apache-2.0 */
/* As root: reads and writes whole frames of every interface, everybody's traffic. */
#define ATTACK "packet-socket"
#include "attack.h"
#include <arpa/inet.h>
#include <net/ethernet.h>

int main(void)
{
	intended("socket", socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)));
	succeed("socket");
}
