/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls on what is open already: those that change something although it may have been opened for reading alone. */
#ifndef RINGFENCE_IOCTLS_H
#define RINGFENCE_IOCTLS_H

#include "skills.h"

/* Of the number of a command: for whom it is, and which one. What it takes along does not matter, and differs for 32-bit programs. */
static __always_inline __u32 ioctl_type(unsigned int command)
{
	return command >> 8 & 0xff;
}

static __always_inline __u32 ioctl_number(unsigned int command)
{
	return command & 0xff;
}

/* Flags, version, encryption, verity and layout of the file that is open: its owner needs no more than to have opened it. */
static __always_inline bool changes_file(unsigned int command)
{
	__u32 number = ioctl_number(command);

	switch (ioctl_type(command)) {
	case 'f':
		/* SETFLAGS, ext4's SETVERSION and MIGRATE, SET_ENCRYPTION_POLICY, ENABLE_VERITY */
		return number == 2 || number == 4 || number == 9 || number == 19 || number == 133;
	case 'v':
		return number == 2; /* SETVERSION */
	case 'X':
		return number == 32; /* FSSETXATTR */
	}
	return false;
}

/*
 * Subvolumes of btrfs are made, copied, removed and closed to writing with all that lies in them, and nothing in them is asked about; without its
 * key an encrypted folder is closed to everybody.
 */
static __always_inline bool changes_tree(unsigned int command)
{
	__u32 number = ioctl_number(command);

	switch (ioctl_type(command)) {
	case 'f':
		return number == 24 || number == 25; /* REMOVE_ENCRYPTION_KEY, of all users */
	case 0x94:
		/* SNAP_CREATE, SUBVOL_CREATE, SNAP_DESTROY, SNAP_CREATE_V2, SUBVOL_CREATE_V2, SUBVOL_SETFLAGS, SET_RECEIVED_SUBVOL, SNAP_DESTROY_V2 */
		return number == 1 || number == 14 || number == 15 || number == 23 || number == 24 || number == 26 ||
		       number == 37 || number == 63;
	}
	return false;
}

static __always_inline int judge_ioctl(struct file *file, unsigned int command)
{
	struct labelled_task *task = caller();
	__u16 kind;
	int ret;

	if (!task)
		return 0;
	/* bytes put into a terminal's input are commands of whoever types there next */
	if (command == TIOCSTI || command == TIOCLINUX)
		return refuse_always(task, RF_CALL_IOCTL, RF_WRITE, RF_REASON_SELF_PROTECTION, NULL);
	kind = file->f_inode->i_mode & S_IFMT;
	if (kind != S_IFREG && kind != S_IFDIR)
		return 0;
	if (changes_tree(command))
		return refuse_on_machine(task, RF_CALL_IOCTL, file->f_path.dentry);
	if (!changes_file(command))
		return 0;
	ret = judge_with(task, RF_CALL_IOCTL, OPERATION(RF_WRITE), file->f_path.dentry, command);
	if (!ret)
		note_change(file->f_inode, file->f_path.dentry, NULL, RF_CALL_IOCTL, RF_WRITE);
	return ret;
}

SEC("lsm/file_ioctl")
int BPF_PROG(rf_file_ioctl, struct file *file, unsigned int command, unsigned long argument, int ret)
{
	return ret ? ret : judge_ioctl(file, command);
}

/* Of its own since Linux 6.8; before, the hook above serves both. */
SEC("?lsm/file_ioctl_compat")
int BPF_PROG(rf_file_ioctl_compat, struct file *file, unsigned int command, unsigned long argument, int ret)
{
	return ret ? ret : judge_ioctl(file, command);
}

#endif
