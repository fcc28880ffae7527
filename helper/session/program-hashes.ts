/** The content of programs that a manifest pins, read by descriptor and only as far as the owner of the session could. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { below, withOpenFolder } from './open-folder.ts';
import { mayRead, type Reader } from './reach.ts';

const CHUNK_BYTES = 1024 * 1024;
/** A larger program is not hashed, and so not granted. */
const MOST_BYTES = 512 * 1024 * 1024;

export interface ProgramHash {
  readonly path: string;
  readonly sha256: string;
}

/** Those of the paths that are a regular file there. `links` are the system's own, as for `BindContext.links`. */
export function hashPrograms(
  paths: readonly string[],
  links: ReadonlyMap<string, string>,
  reader: Reader,
): ProgramHash[] {
  return paths.flatMap((path) => {
    const real = links.get(path) ?? path;
    const sha256 = withOpenFolder(dirname(real), reader, (folder) => hashOf(below(folder, basename(real)), reader));
    return sha256 === null ? [] : [{ path, sha256 }];
  });
}

function hashOf(place: string, reader: Reader): string | null {
  let file: number;
  try {
    file = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > MOST_BYTES || !mayRead(stat, reader)) return null;
    const hash = createHash('sha256');
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      hash.update(chunk.subarray(0, length));
    }
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}
