/* SPDX-License-Identifier: Apache-2.0 */
/* RENAME_EXCHANGE swaps the directory of the key with a granted one. */
#define ATTACK "exchange-directory"
#include "attack.h"

int main(int count, char **argument)
{
	char *decoy = text("%s/decoy-directory", argument[2]);

	(void)count;
	prepare("mkdir", mkdir(decoy, 0700));
	intended("rename", renameat2(AT_FDCWD, decoy, AT_FDCWD, text("%s/keys", argument[1]), RENAME_EXCHANGE));
	open_and_leak(text("%s/id_rsa", decoy));
}
