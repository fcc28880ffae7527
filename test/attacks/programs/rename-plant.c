/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the file in the granted directory and moves it over the victim's (how editors and some agents save). */
#define ATTACK "rename-plant"
#include "attack.h"

int main(int count, char **argument)
{
	char *draft = text("%s/draft", argument[2]);

	(void)count;
	put("draft", draft, "planted\n");
	intended("rename", rename(draft, text("%s/id_rsa", argument[1])));
	succeed("rename");
}
