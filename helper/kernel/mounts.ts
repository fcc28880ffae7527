/** Where the host has its filesystems: /proc/1/mountinfo, in the terms of proc_pid_mountinfo(5). */
import { readFileSync } from 'node:fs';
import type { Mount } from '../../core/policy/tables.ts';

/** Spaces and the like are written as three octal digits. */
function unescapeField(text: string): string {
  return Buffer.from(
    text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
    'latin1',
  ).toString('utf8');
}

/** Lines that are not understood are left out: what is not known is refused to agents. */
export function parseMounts(mountinfo: Uint8Array): Mount[] {
  const mounts: Mount[] = [];
  for (const line of Buffer.from(mountinfo).toString('latin1').split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , device = '', root, mountpoint] = before.split(' ');
    const [type] = after.split(' ');
    const [major, minor] = device.split(':').map(Number);
    if (major === undefined || minor === undefined || Number.isNaN(major) || Number.isNaN(minor)) continue;
    if (!root?.startsWith('/') || !mountpoint?.startsWith('/') || !type) continue;
    mounts.push({
      device: ((major << 20) | minor) >>> 0,
      root: unescapeField(root),
      mountpoint: unescapeField(mountpoint),
      type,
    });
  }
  return mounts;
}

export function readHostMounts(): { text: string; mounts: Mount[] } {
  const bytes = readHostMountinfo();
  return { text: bytes.toString('latin1'), mounts: parseMounts(bytes) };
}

/** As it is: enough to see that nothing has changed. */
export const readHostMountinfo = (): Buffer => readFileSync('/proc/1/mountinfo');
