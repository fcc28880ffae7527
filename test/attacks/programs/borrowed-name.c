/* SPDX-License-Identifier: Apache-2.0 */
/* Calls itself ssh, by prctl(2) and by its first argument, and opens the key: a guard that goes by names would let ssh. */
#define ATTACK "borrowed-name"
#include "attack.h"
#include <sys/prctl.h>

int main(int count, char **argument)
{
	char own[4096] = { 0 };

	if (strcmp(argument[0], "/usr/bin/ssh")) {
		prepare("readlink", readlink("/proc/self/exe", own, sizeof(own) - 1));
		argument[0] = "/usr/bin/ssh";
		prepare("execv", execv(own, argument));
	}
	(void)count;
	prepare("prctl", prctl(PR_SET_NAME, "ssh"));
	open_and_leak(text("%s/id_rsa", argument[1]));
}
