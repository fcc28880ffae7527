/* SPDX-License-Identifier: Apache-2.0 */
/* How many programs, maps and links of bpf(2) there are in the kernel: prints "programs N, maps N, links N". Static. */
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int count_of(enum bpf_cmd next)
{
	union bpf_attr attributes;
	int count = 0;

	memset(&attributes, 0, sizeof(attributes));
	while (!syscall(SYS_bpf, next, &attributes, sizeof(attributes))) {
		count++;
		attributes.start_id = attributes.next_id;
	}
	return count;
}

int main(void)
{
	printf("programs %d, maps %d, links %d\n", count_of(BPF_PROG_GET_NEXT_ID), count_of(BPF_MAP_GET_NEXT_ID),
	       count_of(BPF_LINK_GET_NEXT_ID));
	return 0;
}
