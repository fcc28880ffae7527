import { chmodSync, existsSync, mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { STAGE } from './checkout.ts';
import { GuestError } from './guest-error.ts';
import type { DiskFile } from './guest-plan.ts';
import { findProgram } from './programs.ts';
import { runProgram } from './run-program.ts';

/** Size the guest sees; the file is sparse and takes what is written to it. */
const DISK_BYTES = 8 * 1024 ** 3;
/** Free space below which a boot is not begun. */
const LEAST_FREE_BYTES = 2 * 1024 ** 3;

/** Where the guest's disk is shown, and the folder of the disk that holds it. */
const SHOWN = { '/home': 'home', '/workspace': 'workspace', '/tmp': 'tmp', '/mnt/out': 'out' } as const;

/**
 * Makes the guest's ext4 disk in `directory`: /home, /workspace, /tmp, /mnt/out, and the built product if there is one, its
 * desktop app (230 MB) only where it is wanted.
 * @throws GuestError `disk-space`, `file-missing`
 */
export async function makeDisk(
  directory: string,
  files: readonly DiskFile[],
  { isRoot, desktop }: { isRoot: boolean; desktop: boolean },
): Promise<string> {
  requireSpace(directory);
  const tree = join(directory, 'tree');
  for (const place of ['home/dev', 'workspace', 'tmp', 'out']) mkdirSync(join(tree, place), { recursive: true });
  for (const place of ['tmp', 'out']) chmodSync(join(tree, place), 0o1777);
  if (existsSync(STAGE)) await copy(STAGE, join(tree, 'ringfence'));
  if (!desktop) rmSync(join(tree, 'ringfence/desktop'), { recursive: true, force: true });
  for (const { from, to } of files) await copy(from, join(tree, placeOnDisk(to)));
  return formatDisk(directory, tree, isRoot);
}

/** The place on the disk of a path of the guest. @throws GuestError `file-missing` if the disk does not hold that path */
export function placeOnDisk(guestPath: string): string {
  const path = normalize(guestPath);
  for (const [shown, folder] of Object.entries(SHOWN)) {
    if (path.startsWith(`${shown}/`)) return join(folder, path.slice(shown.length));
  }
  throw new GuestError(
    'file-missing',
    `'${guestPath}' is not on the guest's disk.`,
    `Files can be put below ${Object.keys(SHOWN).join(', ')}.`,
  );
}

/** Hard links when it can be, so that no space is taken twice. */
async function copy(from: string, to: string): Promise<void> {
  if (!existsSync(from)) {
    throw new GuestError(
      'file-missing',
      `'${from}' is to be put on the guest's disk but does not exist.`,
      'Check the path.',
    );
  }
  mkdirSync(dirname(to), { recursive: true });
  const linked = await runProgram(findProgram('cp'), ['-al', '--', from, to]);
  if (linked.status === 0) return;
  const copied = await runProgram(findProgram('cp'), ['-a', '--', from, to]);
  if (copied.status !== 0) throw spaceError(copied.stderr.trim());
}

async function formatDisk(directory: string, tree: string, isRoot: boolean): Promise<string> {
  const image = join(directory, 'disk.ext4');
  writeFileSync(image, '');
  truncateSync(image, DISK_BYTES);
  // Without root, a user namespace in which this user's files are root's, as they shall be on the disk.
  const [program = '', ...before] = isRoot
    ? [findProgram('mke2fs')]
    : [findProgram('unshare'), '--user', '--map-root-user', findProgram('mke2fs')];
  const parameters = [
    '-q',
    '-F',
    '-t',
    'ext4',
    '-m',
    '0',
    '-E',
    'lazy_itable_init=1,lazy_journal_init=1',
    '-d',
    tree,
    image,
  ];
  const made = await runProgram(program, [...before, ...parameters]);
  if (made.status !== 0) throw spaceError(made.stderr.trim());
  return image;
}

function requireSpace(directory: string): void {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize >= LEAST_FREE_BYTES) return;
  throw spaceError(`only ${Math.floor((bavail * bsize) / 1024 ** 2)} MiB are free`);
}

function spaceError(reason: string): GuestError {
  return new GuestError(
    'disk-space',
    `The guest's disk could not be made in .cache/vm: ${reason}.`,
    `Free at least ${LEAST_FREE_BYTES / 1024 ** 3} GiB on the file system of this checkout.`,
  );
}
