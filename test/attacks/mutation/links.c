/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links out PROGRAM LINK: removes a pinned link, and is over once the kernel has let go of it, which it does some time later.
 * links in PROGRAM LINK: attaches the pinned program again, and pins the link. What its section names is known since it was loaded.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRIES 1000
#define BETWEEN_US 10000

static int bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static int failed(const char *step)
{
	fprintf(stderr, "links: %s: %s\n", step, strerror(errno));
	return 1;
}

static int opened(const char *pin)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.pathname = (uintptr_t)pin;
	return bpf(BPF_OBJ_GET, &attributes);
}

/* A program is attached once at most: as long as its last link has not gone it is busy. */
static int attached(int program)
{
	union bpf_attr attributes;
	int link = -1;

	for (int i = 0; i < TRIES && link < 0; i++) {
		memset(&attributes, 0, sizeof(attributes));
		attributes.raw_tracepoint.prog_fd = program;
		link = bpf(BPF_RAW_TRACEPOINT_OPEN, &attributes);
		if (link < 0 && errno != EBUSY)
			break;
		if (link < 0)
			usleep(BETWEEN_US);
	}
	return link;
}

static int pinned(int link, const char *pin)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.pathname = (uintptr_t)pin;
	attributes.bpf_fd = link;
	return bpf(BPF_OBJ_PIN, &attributes);
}

int main(int count, char **argument)
{
	int out = count == 4 && !strcmp(argument[1], "out"), program, link;

	if (count != 4)
		return 2;
	program = opened(argument[2]);
	if (program < 0)
		return failed(argument[2]);
	if (out && unlink(argument[3]))
		return failed(argument[3]);
	link = attached(program);
	if (link < 0)
		return failed("attach");
	/* a link that nobody has pinned goes at once */
	return !out && pinned(link, argument[3]) ? failed(argument[3]) : 0;
}
