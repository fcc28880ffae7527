/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for a key in the user's keyring, where Kerberos and disk encryption keep theirs, and reads it. */
#define ATTACK "key-read"
#include "attack.h"
#include "keys.h"
#include "stranger.h"

int main(void)
{
	char buffer[64] = { 0 };
	long key;

	use_own_keyring();
	key = intended("keyctl", keyctl(KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, (unsigned long)"user",
				      (unsigned long)STRANGERS_KEY, 0));
	intended("keyctl", keyctl(KEYCTL_READ, key, (unsigned long)buffer, sizeof(buffer) - 1, 0));
	finish(strstr(buffer, MARKER) ? SUCCEEDED : BROKEN, "keyctl", 0, 1);
}
