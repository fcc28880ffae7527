/* SPDX-License-Identifier: Apache-2.0 */
/* A granted name that leads to this machine: whatever listens on loopback would be reached by it. */
#define ATTACK "name-rebind-loopback"
#include "attack.h"
#include "names.h"

int main(int count, char **argument)
{
	look_up("loopback.example.org");
	reach("127.0.0.1", argument[count - 1]);
}
