import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { MANIFEST_NAME } from '../../core/manifest/index.ts';
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

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Replaces the file whole or not at all: a reader sees the old text or the new one, also after a power cut. */
export function replaceFile(path: string, text: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const mode = statSync(path).mode & 0o777;
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
