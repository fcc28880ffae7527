/* SPDX-License-Identifier: Apache-2.0 */
/* As root: reads the kernel's log by syslog(2), with addresses of the kernel and what other programs have left there. */
#define ATTACK "kernel-log"
#include "attack.h"
#include <sys/klog.h>

#define READ_ALL 3

int main(void)
{
	char buffer[4096];

	intended("syslog", klogctl(READ_ALL, buffer, sizeof(buffer)));
	succeed("syslog");
}
