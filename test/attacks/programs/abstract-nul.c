/* SPDX-License-Identifier: Apache-2.0 */
/* A name that is the granted one up to a NUL: who compares text takes the two for one. */
#define ATTACK "abstract-nul"
#include "attack.h"
#include "local.h"

int main(void)
{
	static const char name[] = "@ringfence-scripted-granted\0more";

	expect_local_answer("connect", connected(SOCK_STREAM, name, sizeof(name) - 1));
}
