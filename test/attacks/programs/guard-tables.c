/* SPDX-License-Identifier: Apache-2.0 */
/* As root: looks for the guard's tables and programs by their numbers, to write its own answers into them. */
#define ATTACK "guard-tables"
#include "attack.h"
#include <linux/bpf.h>

int main(void)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	intended("bpf", syscall(SYS_bpf, BPF_MAP_GET_NEXT_ID, &attributes, sizeof(attributes)));
	succeed("bpf");
}
