/* SPDX-License-Identifier: Apache-2.0 */
/* What the execution attacks try to run: it says that it runs, or, given a path, opens that. */
#define ATTACK payload_name
static const char *payload_name = "payload";
#include "attack.h"

int main(int count, char **argument)
{
	if (count > 1)
		payload_name = argument[1];
	if (count > 2)
		open_and_leak(argument[2]);
	succeed("exec");
}
