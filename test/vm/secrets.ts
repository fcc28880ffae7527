import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a machine keeps below /etc that says something about its owner, even where everyone may read it. */
const KNOWN = [
  'apt/auth.conf',
  'apt/auth.conf.d',
  'crypttab',
  'environment',
  'fstab',
  'gitconfig',
  'gshadow',
  'gshadow-',
  'ld.so.preload',
  'machine-id',
  'netplan',
  'NetworkManager',
  'npmrc',
  'profile.d',
  'resolv.conf',
  'ringfence',
  'shadow',
  'shadow-',
  'ssh',
  'ssl/private',
  'sudoers',
  'sudoers.d',
  'wireguard',
];

const OTHERS_READ = 0o004;
const OTHERS_ENTER = 0o005;

/** Paths below `etc` that must not exist in the guest: the known ones, and whatever not everyone may read. */
export function secretsBelow(etc = '/etc'): string[] {
  const known = KNOWN.map((name) => join(etc, name));
  const found = closedPlaces(etc).filter(
    (path) => !known.some((place) => path === place || path.startsWith(`${place}/`)),
  );
  return [...known, ...found];
}

function closedPlaces(directory: string): string[] {
  return entriesOf(directory).flatMap((path) => {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status === undefined || status.isSymbolicLink()) return [];
    if (!status.isDirectory()) return (status.mode & OTHERS_READ) === 0 ? [path] : [];
    return (status.mode & OTHERS_ENTER) === OTHERS_ENTER ? closedPlaces(path) : [path];
  });
}

/** A folder that this user may not list is closed to the guest's file server too. */
function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}
