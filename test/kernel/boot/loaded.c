/* Names of all programs and tables that the kernel holds for bpf(2), and the number of links: as root, a line each. */
#define _GNU_SOURCE
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int call(enum bpf_cmd command, union bpf_attr *attributes)
{
	return (int)syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static int next(enum bpf_cmd command, __u32 *id)
{
	union bpf_attr attributes = { .start_id = *id };

	if (call(command, &attributes))
		return 0;
	*id = attributes.next_id;
	return 1;
}

static int information(enum bpf_cmd command, __u32 id, void *into, __u32 length)
{
	union bpf_attr open = { .prog_id = id }, ask;
	int failed, fd = call(command, &open);

	if (fd < 0)
		return -1;
	memset(&ask, 0, sizeof(ask));
	ask.info.bpf_fd = (__u32)fd;
	ask.info.info_len = length;
	ask.info.info = (__u64)(unsigned long)into;
	failed = call(BPF_OBJ_GET_INFO_BY_FD, &ask);
	close(fd);
	return failed;
}

int main(void)
{
	__u32 id, links = 0;

	for (id = 0; next(BPF_PROG_GET_NEXT_ID, &id);) {
		struct bpf_prog_info program = { 0 };

		if (!information(BPF_PROG_GET_FD_BY_ID, id, &program, sizeof(program)))
			printf("program %.*s\n", BPF_OBJ_NAME_LEN, program.name);
	}
	for (id = 0; next(BPF_MAP_GET_NEXT_ID, &id);) {
		struct bpf_map_info map = { 0 };

		if (!information(BPF_MAP_GET_FD_BY_ID, id, &map, sizeof(map)))
			printf("map %.*s\n", BPF_OBJ_NAME_LEN, map.name);
	}
	for (id = 0; next(BPF_LINK_GET_NEXT_ID, &id);)
		links++;
	printf("links %u\n", links);
	return 0;
}
