/* SPDX-License-Identifier: Apache-2.0 */
/* A name that ends like a granted one, but not at a dot. */
#define ATTACK "name-like-ending"
#include "attack.h"
#include "names.h"

int main(int count, char **argument)
{
	look_up("evil-example.org");
	reach(FAR, argument[count - 1]);
}
