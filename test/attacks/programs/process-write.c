/* SPDX-License-Identifier: Apache-2.0 */
/* process_vm_writev(2) changes another program of the user, which then does what nobody holds it to. */
#define ATTACK "process-write"
#include "attack.h"
#include "stranger.h"
#include <sys/uio.h>

int main(void)
{
	char byte = 'x';
	struct iovec here = { &byte, 1 }, there = { (void *)(STRANGERS_BYTES + 512), 1 };

	intended("process_vm_writev", process_vm_writev(stranger(), &here, 1, &there, 1, 0));
	succeed("process_vm_writev");
}
