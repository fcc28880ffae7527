/* SPDX-License-Identifier: Apache-2.0 */
/* An answer of its own making, sent from one of its sockets to another. */
#define ATTACK "name-forged-answer"
#include "attack.h"
#include "names.h"

int main(int count, char **argument)
{
	forge("granted.example.org", "0");
	reach(FAR, argument[count - 1]);
}
