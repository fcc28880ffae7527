/** The file of a manifest as it is now, with the files it speaks of, read as far as its reader could and no further. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DETACHED_NAME, MAX_MANIFEST_BYTES, type SkillEntry } from '../../core/manifest/index.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { below, withOpenFolder } from '../session/open-folder.ts';
import { mayRead, type Reader } from '../session/reach.ts';
import { scanOpenFolder } from '../session/skill-folder.ts';

export interface CurrentFile {
  readonly bytes: Uint8Array;
  /** What lies beside it as clawmanifest.sig; null: nothing that could be read. */
  readonly detached: Uint8Array | null;
  readonly entries: readonly SkillEntry[];
}

/** The error is a sentence. */
export function readCurrentFile(path: string, reader: Reader): Result<CurrentFile, string> {
  const read = withOpenFolder(dirname(path), reader, (folder) => {
    const bytes = readManifest(folder, basename(path), reader);
    if (!bytes.ok) return bytes;
    const detached = readDetachedIn(folder, reader);
    return success({ bytes: bytes.value, detached, entries: scanOpenFolder(folder, reader) });
  });
  return read ?? failure('the folder of the manifest is gone, or closed to you');
}

/** The manifest alone. The error is a sentence. */
export function readManifestFile(path: string, reader: Reader): Result<Uint8Array, string> {
  const read = withOpenFolder(dirname(path), reader, (folder) => readManifest(folder, basename(path), reader));
  return read ?? failure('its folder is not there, or closed to you');
}

/** The detached signature in a skill's folder. What is there and cannot be read is told by the scan of the folder. */
export function readDetached(folder: string, reader: Reader): Uint8Array | null {
  return withOpenFolder(folder, reader, (open) => readDetachedIn(open, reader));
}

function readDetachedIn(folder: number, reader: Reader): Uint8Array | null {
  const bytes = readManifest(folder, DETACHED_NAME, reader);
  return bytes.ok ? bytes.value : null;
}

function readManifest(folder: number, name: string, reader: Reader): Result<Uint8Array, string> {
  let file: number;
  try {
    // not blocking: a FIFO in its place must not hold the helper up
    file = openSync(below(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (problem) {
    return failure(whyNot((problem as NodeJS.ErrnoException).code));
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return failure('what lies in the place of the manifest is no regular file');
    if (!mayRead(stat, reader)) return failure('the manifest is closed to you');
    return readBounded(file);
  } finally {
    closeSync(file);
  }
}

function readBounded(file: number): Result<Uint8Array, string> {
  const bytes = Buffer.alloc(MAX_MANIFEST_BYTES + 1);
  let length = 0;
  for (let got = -1; got !== 0 && length < bytes.length; length += got) {
    got = readSync(file, bytes, length, bytes.length - length, null);
  }
  if (length > MAX_MANIFEST_BYTES) return failure(`the manifest has more than ${MAX_MANIFEST_BYTES} bytes`);
  return success(bytes.subarray(0, length));
}

function whyNot(code: string | undefined): string {
  if (code === 'ENOENT') return 'the manifest is not there any more';
  if (code === 'ELOOP') return 'a symbolic link lies in the place of the manifest';
  return `the manifest cannot be opened (${code})`;
}
