/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a key of its own into the user's keyring, for other programs to find: a ticket, or what a disk is encrypted with. */
#define ATTACK "key-plant"
#include "attack.h"
#include "keys.h"

int main(void)
{
	use_own_keyring();
	intended("add_key", syscall(SYS_add_key, "user", "ringfence-planted", "planted", 7, KEY_SPEC_USER_KEYRING));
	succeed("add_key");
}
