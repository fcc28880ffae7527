/* SPDX-License-Identifier: Apache-2.0 */
/* process_vm_readv(2) copies the secret out of another program of the user. */
#define ATTACK "process-read"
#include "attack.h"
#include "stranger.h"
#include <sys/uio.h>

int main(void)
{
	char buffer[64] = { 0 };
	struct iovec here = { buffer, sizeof(buffer) - 1 }, there = { (void *)STRANGERS_BYTES, sizeof(buffer) - 1 };

	intended("process_vm_readv", process_vm_readv(stranger(), &here, 1, &there, 1, 0));
	finish(strstr(buffer, MARKER) ? SUCCEEDED : BROKEN, "process_vm_readv", 0, 1);
}
