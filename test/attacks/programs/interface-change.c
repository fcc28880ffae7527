/* SPDX-License-Identifier: Apache-2.0 */
/* As root: changes a network interface of the machine's: by addresses and routes a granted host can be made to lie anywhere. */
#define ATTACK "interface-change"
#include "attack.h"
#include <net/if.h>
#include <sys/ioctl.h>

int main(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = prepare("socket", socket(AF_INET, SOCK_DGRAM, 0));

	prepare("SIOCGIFFLAGS", ioctl(fd, SIOCGIFFLAGS, &request));
	intended("SIOCSIFFLAGS", ioctl(fd, SIOCSIFFLAGS, &request));
	succeed("SIOCSIFFLAGS");
}
