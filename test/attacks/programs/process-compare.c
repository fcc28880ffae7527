/* SPDX-License-Identifier: Apache-2.0 */
/* kcmp(2) tells what another program of the user shares with this one: a way to feel for its descriptors. */
#define ATTACK "process-compare"
#include "attack.h"
#include "stranger.h"
#include <linux/kcmp.h>

int main(void)
{
	intended("kcmp", syscall(SYS_kcmp, getpid(), stranger(), KCMP_FILE, 0, STRANGERS_DESCRIPTOR));
	succeed("kcmp");
}
