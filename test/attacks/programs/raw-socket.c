/* SPDX-License-Identifier: Apache-2.0 */
/* As root: writes IP packets itself, to where it may not connect. */
#define ATTACK "raw-socket"
#include "attack.h"
#include <netinet/in.h>

int main(void)
{
	intended("socket", socket(AF_INET, SOCK_RAW, IPPROTO_RAW));
	succeed("socket");
}
