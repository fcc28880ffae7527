/* SPDX-License-Identifier: Apache-2.0 */
/* A name that holds a granted one. */
#define ATTACK "name-inside-another"
#include "attack.h"
#include "names.h"

int main(int count, char **argument)
{
	look_up("a.example.org.evil.net");
	reach(FAR, argument[count - 1]);
}
