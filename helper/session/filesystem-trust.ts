/** Whether pins hold on a file system: an inode has to stay the same one, and all changes have to come by this kernel. */

/** Numbers of inodes last as long as the inodes, and nobody changes a file from elsewhere. */
const SOUND = new Set([
  ...['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'bcachefs', 'zfs', 'jfs', 'nilfs2', 'reiserfs'],
  ...['tmpfs', 'ramfs', 'squashfs', 'erofs'],
]);

/** Pins hold for what is done through the mount; beneath it, files can change unseen. */
const LAYERED: Readonly<Record<string, string>> = {
  virtiofs: 'what the host of this virtual machine changes',
};

export type FilesystemTrust =
  | { readonly kind: 'sound' }
  | { readonly kind: 'layered'; readonly unseen: string }
  | { readonly kind: 'unsound' };

export function filesystemTrust(type: string): FilesystemTrust {
  if (SOUND.has(type)) return { kind: 'sound' };
  const unseen = LAYERED[type];
  return unseen === undefined ? { kind: 'unsound' } : { kind: 'layered', unseen };
}
