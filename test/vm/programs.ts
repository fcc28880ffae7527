import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { GuestError } from './guest-error.ts';

/** Programs of the machine that a guest needs, with the Debian package that has each. */
const PACKAGES = {
  'qemu-system-x86_64': 'qemu-system-x86',
  virtiofsd: 'qemu-system-common',
  busybox: 'busybox-static',
  mke2fs: 'e2fsprogs',
  'apt-get': 'apt',
  'apt-cache': 'apt',
  'dpkg-deb': 'dpkg',
  xz: 'xz-utils',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  tar: 'tar',
  cp: 'coreutils',
} as const;

export type Program = keyof typeof PACKAGES;

/** Where Debian and Ubuntu keep these programs beyond PATH: virtiofsd is never on it, sbin not for everyone. */
const PLACES = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/libexec', '/usr/lib/qemu'];

/** Full path of `program`. @throws GuestError `program-missing`, naming the package to install. */
export function findProgram(
  program: Program,
  places = [...(process.env.PATH ?? '').split(delimiter), ...PLACES],
): string {
  for (const place of places) {
    const candidate = join(place, program);
    if (place !== '' && isExecutable(candidate)) return candidate;
  }
  const installs =
    program === 'virtiofsd' ? `${PACKAGES[program]} (Debian 12) or virtiofsd (newer)` : PACKAGES[program];
  throw new GuestError(
    'program-missing',
    `The guest needs ${program}, which is not installed on this machine.`,
    `Install the Debian package ${installs}: sudo apt-get install ${PACKAGES[program]}`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
