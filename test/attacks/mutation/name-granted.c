/* SPDX-License-Identifier: Apache-2.0 */
/* No attack: asks for a name that the manifest grants, and connects to where it leads. name-granted PORT */
#define ATTACK "name-granted"
#include "../programs/attack.h"
#include "../programs/names.h"

int main(int count, char **argument)
{
	look_up("granted.example.org");
	reach(FAR, argument[count - 1]);
}
