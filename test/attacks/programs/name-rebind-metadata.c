/* SPDX-License-Identifier: Apache-2.0 */
/* A granted name that leads to where clouds hand out credentials. */
#define ATTACK "name-rebind-metadata"
#include "attack.h"
#include "names.h"

int main(int count, char **argument)
{
	look_up("metadata.example.org");
	reach("169.254.169.254", argument[count - 1]);
}
