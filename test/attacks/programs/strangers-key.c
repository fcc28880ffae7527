/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a key that another program has put into the user's keyring: file systems, Kerberos and browsers keep passwords there. */
#define ATTACK "strangers-key"
#include "attack.h"
#include "keys.h"
#include "stranger.h"

static void use_own_key(void)
{
	char bytes[sizeof(MARKER)];
	int own = prepare("own key", syscall(SYS_add_key, "user", "ringfence-own", "own", 3, KEY_SPEC_SESSION_KEYRING));

	prepare("own read", keyctl(KEYCTL_READ, own, (unsigned long)bytes, sizeof(bytes), 0));
	prepare("own revoke", keyctl(KEYCTL_REVOKE, own, 0, 0, 0));
}

int main(void)
{
	char bytes[sizeof(MARKER)] = { 0 };
	long key;

	prepare("own session keyring", keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0));
	use_own_key();
	key = keyctl(KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, (unsigned long)"user", (unsigned long)STRANGERS_KEY, 0);
	/* the kernel itself says so of a keyring that the guard refuses; that there is one is what the control shows */
	if (key < 0 && errno == ENOKEY)
		errno = EPERM;
	intended("search", key);
	/* who has the keyring that it lies in has the key */
	intended("link", keyctl(KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_SESSION_KEYRING, 0, 0));
	intended("read", keyctl(KEYCTL_READ, key, (unsigned long)bytes, sizeof(bytes) - 1, 0));
	finish(strcmp(bytes, MARKER) ? BROKEN : SUCCEEDED, "read", 0, 1);
}
