/**
 * Programs that a manifest grants by their content: each is pinned before it is read, as the files of the skill are, so that whoever
 * changes or replaces it afterwards drops the skill's trust. Read by descriptor and only as far as the owner of the session could.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Mount } from '../../core/policy/tables.ts';
import { PinsFull } from '../kernel/pins.ts';
import { filesystemTrust } from './filesystem-trust.ts';
import { below, withOpenFolder } from './open-folder.ts';
import type { PinTable } from './pin-skill.ts';
import { mayRead, type Reader } from './reach.ts';

const CHUNK_BYTES = 1024 * 1024;
/** A larger program is not hashed, and so not granted. */
const MOST_BYTES = 512 * 1024 * 1024;

export interface ProgramHash {
  readonly path: string;
  readonly sha256: string;
}

export interface ProgramsToPin {
  readonly paths: readonly string[];
  /** The system's own, as for `BindContext.links`. */
  readonly links: ReadonlyMap<string, string>;
  /** The host's, as they are now. */
  readonly mounts: readonly Mount[];
  readonly reader: Reader;
}

/** Those that are one regular file there, that nobody has open for writing. Throws PinsFull. */
export function pinPrograms(pins: PinTable, skill: number, programs: ProgramsToPin): ProgramHash[] {
  return programs.paths.flatMap((path) => {
    const sha256 = pinProgram(pins, skill, programs.links.get(path) ?? path, programs);
    return sha256 === null ? [] : [{ path, sha256 }];
  });
}

function pinProgram(pins: PinTable, skill: number, path: string, programs: ProgramsToPin): string | null {
  const above = (directory: number) => pins.add(skill, pins.identify(directory), 'above');
  try {
    return withOpenFolder(
      dirname(path),
      programs.reader,
      (folder) => {
        above(folder);
        return pinAndHash(pins, skill, below(folder, basename(path)), programs);
      },
      above,
    );
  } catch (error) {
    if (error instanceof PinsFull) throw error;
    return null; // the kernel cannot tell who it is
  }
}

function pinAndHash(pins: PinTable, skill: number, place: string, { mounts, reader }: ProgramsToPin): string | null {
  let file: number;
  try {
    file = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > MOST_BYTES || !mayRead(stat, reader)) return null;
    const key = pins.identify(file);
    const type = mounts.find(({ device }) => device === key.device)?.type ?? 'unknown';
    if (filesystemTrust(type).kind === 'unsound') return null;
    pins.add(skill, key, 'file');
    // asked for after the pin: whoever opens it for writing from now on is noticed
    return pins.identify(file).writers > 0 ? null : hashOf(file);
  } finally {
    closeSync(file);
  }
}

function hashOf(file: number): string {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
    hash.update(chunk.subarray(0, length));
  }
  return hash.digest('hex');
}
