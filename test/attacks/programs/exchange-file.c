/* SPDX-License-Identifier: Apache-2.0 */
/* RENAME_EXCHANGE swaps the key with a file of the granted directory: the destination is what the rules allow. */
#define ATTACK "exchange-file"
#include "attack.h"

int main(int count, char **argument)
{
	char *decoy = text("%s/decoy", argument[2]);

	(void)count;
	put("decoy", decoy, "decoy\n");
	intended("rename", renameat2(AT_FDCWD, decoy, AT_FDCWD, text("%s/id_rsa", argument[1]), RENAME_EXCHANGE));
	open_and_leak(decoy);
}
