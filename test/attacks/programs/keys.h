/* SPDX-License-Identifier: Apache-2.0 */
/* Keyrings of the kernel. A session's own go on working: each attack makes and reads one first. */
#ifndef KEYS_H
#define KEYS_H

#include <linux/keyctl.h>

static long keyctl(int command, unsigned long first, unsigned long second, unsigned long third, unsigned long fourth)
{
	return syscall(SYS_keyctl, command, first, second, third, fourth);
}

/* In a child, as a new session keyring takes the place of the one that leads to the user's. */
__attribute__((unused)) static void use_own_keyring(void)
{
	pid_t child = prepare("fork", fork());
	char buffer[16] = { 0 };
	long key;
	int status;

	if (child == 0) {
		prepare("own session keyring", keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0));
		key = prepare("own key", syscall(SYS_add_key, "user", "own", "own-secret", 10, KEY_SPEC_SESSION_KEYRING));
		prepare("reading the own key", keyctl(KEYCTL_READ, key, (unsigned long)buffer, sizeof(buffer), 0));
		_exit(strcmp(buffer, "own-secret") ? BROKEN : SUCCEEDED);
	}
	prepare("waitpid", waitpid(child, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != SUCCEEDED)
		finish(BROKEN, "a keyring of the session's own", 0, 0);
}

#endif
