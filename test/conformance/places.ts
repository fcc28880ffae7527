/** Filesystems of the guest in which histories take place, and what the host shows of each. */
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import type { Mount } from '../../core/policy/tables.ts';
import type { Names, World } from './world.ts';

const DISKS = '/home/disks';
const BTRFS_BYTES = 256 * 1024 ** 2;
const XFS_BYTES = 512 * 1024 ** 2;

/** Kernel modules that the places need. */
export const PLACE_MODULES = ['loop', 'btrfs', 'xfs'];

/** Makes and mounts them; more than half of what happens is on ext4. */
export function makeWorlds(): { world: World; weight: number }[] {
  return [
    { world: ext4(), weight: 6 },
    { world: memory(), weight: 1 },
    ...btrfs().map((world) => ({ world, weight: 1 })),
    { world: xfs(), weight: 2 },
  ];
}

/** The disk of the guest, with a folder shown a second time. */
function ext4(): World {
  mkdirSync('/home/place/a', { recursive: true });
  bind('/home/place/a', '/mnt/alias');
  return worldOf('ext4', { '/home': '/home', '/home/place/a': '/mnt/alias' }, ['home', 'place'], 'a');
}

function memory(): World {
  mkdirSync('/mnt/memory', { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/mnt/memory']);
  mkdirSync('/mnt/memory/place');
  return worldOf('tmpfs', { '/': '/mnt/memory' }, ['place'], null);
}

/** As an installation has it: @ is the root and @home lies below it, while the whole is to be seen elsewhere. */
function btrfs(): World[] {
  const image = makeDisk('btrfs', BTRFS_BYTES);
  execFileSync('mkfs.btrfs', ['-q', image]);
  mount('loop', image, '/mnt/whole');
  for (const name of ['@', '@home']) execFileSync('btrfs', ['-q', 'subvolume', 'create', `/mnt/whole/${name}`]);
  const device = execFileSync('findmnt', ['-n', '-o', 'SOURCE', '/mnt/whole'], { encoding: 'utf8' }).trim();
  mount('subvol=@', device, '/mnt/system');
  mount('subvol=@home', device, '/mnt/system/home');
  for (const name of ['@', '@home']) mkdirSync(`/mnt/whole/${name}/place`);
  const shown = { '/@': '/mnt/system', '/@home': '/mnt/system/home', '/': '/mnt/whole' };
  return ['@', '@home'].map((name) => worldOf(`btrfs ${name}`, shown, [name, 'place'], null));
}

function xfs(): World {
  const image = makeDisk('xfs', XFS_BYTES);
  execFileSync('mkfs.xfs', ['-q', image]);
  mount('loop', image, '/mnt/large');
  mkdirSync('/mnt/large/place/a', { recursive: true });
  bind('/mnt/large/place/a', '/mnt/large-alias');
  return worldOf('xfs', { '/': '/mnt/large', '/place/a': '/mnt/large-alias' }, ['place'], 'a');
}

function worldOf(name: string, shown: Readonly<Record<string, string>>, home: Names, pinned: string | null): World {
  const mounts = Object.entries(shown).map(
    ([root, mountpoint]): Mount => ({ device: 1, root, mountpoint, type: name.split(' ')[0] ?? name }),
  );
  return { name, mounts, home, pinned: pinned === null ? [] : [[...home, pinned]] };
}

/** A file that is a disk; it takes no more than what is written to it. */
function makeDisk(name: string, bytes: number): string {
  mkdirSync(DISKS, { recursive: true });
  const path = `${DISKS}/${name}`;
  const file = openSync(path, 'w');
  ftruncateSync(file, bytes);
  closeSync(file);
  return path;
}

function mount(options: string, device: string, mountpoint: string): void {
  mkdirSync(mountpoint, { recursive: true });
  execFileSync('mount', ['-o', options, device, mountpoint]);
}

function bind(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  execFileSync('mount', ['--bind', from, to]);
}
