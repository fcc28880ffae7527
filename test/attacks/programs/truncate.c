/* SPDX-License-Identifier: Apache-2.0 */
/* truncate(2) takes a path and opens nothing. */
#define ATTACK "truncate"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	intended("truncate", truncate(text("%s/id_rsa", argument[1]), 0));
	succeed("truncate");
}
