/* SPDX-License-Identifier: Apache-2.0 */
/* request_key(2) has a key that is not there made by /sbin/request-key: root's, outside of the session, with words of the agent's. */
#define ATTACK "key-upcall"
#include "attack.h"
#include "keys.h"

int main(void)
{
	prepare("own session keyring", keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0));
	/* where the program is not installed, or makes no such key, the kernel says so after it has called it */
	if (syscall(SYS_request_key, "user", "ringfence-upcall", "words", KEY_SPEC_SESSION_KEYRING) < 0 && errno == EPERM)
		intended("request_key", -1);
	succeed("request_key");
}
