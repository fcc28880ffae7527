/* SPDX-License-Identifier: Apache-2.0 */
/* A name that begins with a granted one. */
#define ATTACK "abstract-longer"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach_stream("@ringfence-scripted-granted-too");
}
