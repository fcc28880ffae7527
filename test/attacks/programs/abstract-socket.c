/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a daemon that listens on an abstract name, which no directory protects. */
#define ATTACK "abstract-socket"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach_stream("@ringfence-scripted-service");
}
