/* SPDX-License-Identifier: Apache-2.0 */
/* A name that a granted one begins with. */
#define ATTACK "abstract-shorter"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach_stream("@ringfence-scripted-grant");
}
