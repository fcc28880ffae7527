import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DETACHED_NAME, MANIFEST_NAME, MAX_DETACHED_BYTES } from '../../core/manifest/index.ts';
import { CommandError, cannot } from './command-error.ts';

export type ManifestFile = {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  readonly bytes: Uint8Array;
};

/** Reads the manifest at a path, or the one in a folder. A symbolic link is refused: the skill is the manifest's own folder. */
export function readManifestFile(given: string): ManifestFile {
  const path = isDirectory(given) ? join(given, MANIFEST_NAME) : given;
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!fstatSync(file).isFile())
        throw new CommandError(`${path} is not a regular file`, 'Name a clawmanifest.json.');
      const folder = dirname(resolve(path));
      return { path, folder, name: basename(path), bytes: readFileSync(file) };
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    if (thrown instanceof CommandError) throw thrown;
    throw cannot(`read ${path}`, thrown, 'Name the manifest, or write one: ringfence manifest init DIR');
  }
}

/** The detached signature in a skill's folder; null when there is none. */
export function readDetachedFile(folder: string): Uint8Array | null {
  const path = join(folder, DETACHED_NAME);
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cannot(`read ${path}`, thrown, 'Remove it, or put the signature there.');
  }
  try {
    if (!fstatSync(file).isFile()) throw new CommandError(`${path} is not a regular file`, 'Remove it.');
    const bytes = Buffer.alloc(MAX_DETACHED_BYTES + 1);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Writes the file whole or not at all, in place of what was there: a reader sees the old text or the new one, also after a power cut. */
export function replaceFile(path: string, text: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const mode = (statSync(path, { throwIfNoEntry: false })?.mode ?? 0o644) & 0o777;
  try {
    createFile(temporary, text, mode);
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw cannot(`write ${path}`, thrown, 'The old file is untouched.');
  }
}

/** Writes a new file durably; throws EEXIST rather than replace one. */
export function createFile(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function syncDirectory(path: string): void {
  const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
