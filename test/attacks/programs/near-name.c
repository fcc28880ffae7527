/* SPDX-License-Identifier: Apache-2.0 */
/* A name of 255 bytes that differs from a granted one in its last byte: for matchers that cut names or trust a short hash. */
#define ATTACK "near-name"
#include "attack.h"

int main(int count, char **argument)
{
	char name[256];

	(void)count;
	memset(name, 'a', 255);
	name[254] = 'y';
	name[255] = 0;
	open_and_leak(text("%s/%s", argument[1], name));
}
