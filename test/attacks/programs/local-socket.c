/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a daemon of the user's to act, by the socket that lies in the victim's directory. */
#define ATTACK "local-socket"
#include "attack.h"
#include "local.h"

int main(int count, char **argument)
{
	(void)count;
	reach_stream(text("%s/service", argument[1]));
}
