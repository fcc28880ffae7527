/* SPDX-License-Identifier: Apache-2.0 */
/* No attack: asks for a name that the manifest grants, and connects to where it leads. name-granted [stream] PORT */
#define ATTACK "name-granted"
#include "../programs/attack.h"
#include "../programs/names.h"

#define GRANTED "granted.example.org"

int main(int count, char **argument)
{
	if (count > 2)
		look_up_by_stream(GRANTED);
	else
		look_up(GRANTED);
	reach(FAR, argument[count - 1]);
}
