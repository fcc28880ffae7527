/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices behind which no rule holds: what is read there are others' files, memory, screens and keys as they are typed, and what
 * is written there has been typed or stored by nobody. No manifest opens them. All others are paths like any.
 */
#ifndef RINGFENCE_DEVICES_H
#define RINGFENCE_DEVICES_H

#include "label.h"

#define MINOR_BITS 20
#define FIRST_DYNAMIC_MAJOR 234

static __always_inline bool is_raw_memory(__u32 minor)
{
	/* mem, kmem, port, kmsg */
	return minor == 1 || minor == 2 || minor == 4 || minor == 11;
}

/* Of the many small drivers: those that make keyboards, disks and file systems, or hold the machine's memory. */
static __always_inline bool is_raw_misc(__u32 minor)
{
	switch (minor) {
	case 137: /* vhci */
	case 196: /* vfio */
	case 203: /* cuse */
	case 223: /* uinput */
	case 231: /* snapshot */
	case 234: /* btrfs-control */
	case 235: /* autofs */
	case 236: /* mapper/control */
	case 237: /* loop-control */
	case 239: /* uhid */
	case 240: /* userio */
		return true;
	/* net/tun: packets that no rule sees, unless the network is of a user namespace of the agent's own */
	case 200:
		return !BPF_CORE_READ(bpf_get_current_task_btf(), nsproxy, net_ns, user_ns, parent);
	}
	return false;
}

/* Drivers whose numbers are the kernel's choice: the name is the kernel's too, and stays, as such devices are neither made nor moved. */
static __always_inline bool is_raw_name(struct dentry *dentry)
{
	char name[7] = {}, folder[4] = {};

	bpf_probe_read_kernel_str(name, sizeof(name), dentry->d_name.name);
	bpf_probe_read_kernel_str(folder, sizeof(folder), dentry->d_parent->d_name.name);
	if (folder[0] == 'b' && folder[1] == 's' && folder[2] == 'g' && !folder[3])
		return true;
	if (name[0] == 'n' && name[1] == 'g' && name[2] >= '0' && name[2] <= '9')
		return true;
	if (name[0] == 'n' && name[1] == 'v' && name[2] == 'm' && name[3] == 'e')
		return true;
	return name[0] == 'h' && name[1] == 'i' && name[2] == 'd' && name[3] == 'r' && name[4] == 'a' && name[5] == 'w';
}

static __always_inline bool is_raw_number(__u32 major, __u32 minor)
{
	switch (major) {
	case 1:
		return is_raw_memory(minor);
	case 4: /* tty0 is whichever console is in front */
		return !minor;
	case 10:
		return is_raw_misc(minor);
	case 7:   /* vcs: what consoles show */
	case 13:  /* input */
	case 21:  /* sg */
	case 29:  /* fb */
	case 90:  /* mtd */
	case 162: /* raw */
	case 189: /* usb */
	case 202: /* msr */
		return true;
	}
	return false;
}

static __always_inline bool is_raw_device(struct dentry *dentry)
{
	/* by probing: a name that is about to be made has no inode yet, and a check for that would go, as the verifier of 6.12 takes every name to have one */
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);
	__u32 number = BPF_CORE_READ(inode, i_rdev), major = number >> MINOR_BITS;

	switch (BPF_CORE_READ(inode, i_mode) & S_IFMT) {
	case S_IFBLK:
		return true;
	case S_IFCHR:
		return is_raw_number(major, number & ((1 << MINOR_BITS) - 1)) ||
		       (major >= FIRST_DYNAMIC_MAJOR && is_raw_name(dentry));
	}
	return false;
}

/* A node that an agent makes would be a device under a name of its choice. 0:0 is what overlays mark a removed file with. */
static __always_inline bool makes_device(unsigned short mode, unsigned int number)
{
	return number && ((mode & S_IFMT) == S_IFBLK || (mode & S_IFMT) == S_IFCHR);
}

#endif
