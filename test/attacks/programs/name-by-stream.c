/* SPDX-License-Identifier: Apache-2.0 */
/* A name that nothing grants, asked for by TCP, with the length of the message split from it and by itself. */
#define ATTACK "name-by-stream"
#include "attack.h"
#include "names.h"

int main(int count, char **argument)
{
	look_up_by_stream("far.example.net");
	reach(FAR, argument[count - 1]);
}
