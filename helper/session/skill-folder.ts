/** The files of a skill with their SHA-256, read by descriptor and only as far as the owner of the session could. */
import { createHash } from 'node:crypto';
import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { MAX_SKILL_BYTES, MAX_SKILL_FILES, type SkillEntry } from '../../core/manifest/index.ts';
import { below, withOpenFolder } from './open-folder.ts';
import { mayRead, permits, READ, type Reader, SEARCH } from './reach.ts';

const CHUNK_BYTES = 64 * 1024;
/** Directories inside one another; each holds a descriptor while it is read. */
const MAX_DEPTH = 64;
const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** Told of all that a scan has opened, before anything of it is read. Paths are relative to the folder, its own is empty. */
export interface Witness {
  folder(open: number, path: string): void;
  file(open: number, path: string): void;
}

const NOBODY: Witness = { folder: () => {}, file: () => {} };

/** Links are never followed. Ends early once there is more than any skill may have: that is refused anyway. */
export function scanSkillFolder(folder: string, reader: Reader): SkillEntry[] {
  return withOpenFolder(folder, reader, (open) => scanOpenFolder(open, reader)) ?? [{ kind: 'unreadable', path: '.' }];
}

/** The same for a folder that is open already. */
export function scanOpenFolder(folder: number, reader: Reader, witness: Witness = NOBODY): SkillEntry[] {
  const scan = new Scan(reader, witness, true);
  scan.directory(folder, '', 1);
  return scan.entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Shows a witness everything that is there, and reads nothing. */
export function lookOver(folder: number, reader: Reader, witness: Witness): void {
  new Scan(reader, witness, false).directory(folder, '', 1);
}

class Scan {
  readonly entries: SkillEntry[] = [];
  readonly #reader: Reader;
  readonly #witness: Witness;
  readonly #hashes: boolean;
  #bytes = 0;
  #directories = 0;

  constructor(reader: Reader, witness: Witness, hashes: boolean) {
    this.#reader = reader;
    this.#witness = witness;
    this.#hashes = hashes;
  }

  directory(open: number, path: string, depth: number): void {
    this.#directories += 1;
    this.#witness.folder(open, path);
    const names = depth > MAX_DEPTH || this.#directories > MAX_SKILL_FILES ? null : list(open);
    if (names === null) this.entries.push({ kind: 'unreadable', path: path || '.' });
    for (const entry of names ?? []) {
      if (this.entries.length > MAX_SKILL_FILES || this.#bytes > MAX_SKILL_BYTES) return;
      this.#entry(open, entry, path === '' ? entry.name : `${path}/${entry.name}`, depth);
    }
  }

  #entry(directory: number, entry: Dirent, path: string, depth: number): void {
    if (entry.isSymbolicLink()) this.entries.push({ kind: 'symbolic-link', path });
    else if (!entry.isDirectory() && !entry.isFile()) this.entries.push({ kind: 'special', path });
    else this.#open(below(directory, entry.name), path, entry.isDirectory() ? depth + 1 : null);
  }

  /** What was listed may be something else by now: only what the descriptor says counts. */
  #open(place: string, path: string, depth: number | null): void {
    let open: number;
    try {
      open = openSync(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | (depth === null ? 0 : O_DIRECTORY));
    } catch {
      this.entries.push({ kind: 'unreadable', path });
      return;
    }
    try {
      if (depth === null) this.entries.push(this.#file(open, path));
      else if (permits(fstatSync(open), this.#reader, READ | SEARCH)) this.directory(open, path, depth);
      else this.entries.push({ kind: 'unreadable', path });
    } finally {
      closeSync(open);
    }
  }

  #file(open: number, path: string): SkillEntry {
    const stat = fstatSync(open);
    if (!stat.isFile()) return { kind: 'special', path };
    if (!mayRead(stat, this.#reader)) return { kind: 'unreadable', path };
    this.#witness.file(open, path);
    const { nlink, size } = fstatSync(open);
    this.#bytes += size;
    // too large is refused for its size: hashing it would only take time
    const sha256 = !this.#hashes || this.#bytes > MAX_SKILL_BYTES ? '' : hashOpenFile(open);
    return { kind: 'file', path, links: nlink, bytes: size, sha256 };
  }
}

function list(directory: number): Dirent[] | null {
  try {
    return readdirSync(below(directory, ''), { withFileTypes: true });
  } catch {
    return null;
  }
}

function hashOpenFile(file: number): string {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
    hash.update(chunk.subarray(0, length));
  }
  return hash.digest('hex');
}
