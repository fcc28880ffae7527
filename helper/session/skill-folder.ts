/** The files of a skill with their SHA-256, read by descriptor and only as far as the owner of the session could. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { checkEntries, MAX_SKILL_BYTES, type SkillEntry } from '../../core/manifest/index.ts';
import { mayRead, type Reader } from './reach.ts';

const CHUNK_BYTES = 64 * 1024;

/** Links are never followed. Ends early once there is more than any skill may have: that is refused anyway. */
export function scanSkillFolder(folder: string, reader: Reader): SkillEntry[] {
  const entries: SkillEntry[] = [];
  const pending = [''];
  for (let below = pending.shift(); below !== undefined && !isTooMuch(entries); below = pending.shift()) {
    const found = listDirectory(`${folder}/${below}`, reader);
    if (found === null) entries.push({ kind: 'unreadable', path: below || '.' });
    for (const entry of found ?? []) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else entries.push(entry.isFile() ? hashFile(folder, path, reader) : { kind: kindOf(entry), path });
    }
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function kindOf(entry: { isSymbolicLink(): boolean }): 'symbolic-link' | 'special' {
  return entry.isSymbolicLink() ? 'symbolic-link' : 'special';
}

function listDirectory(path: string, reader: Reader) {
  try {
    return mayRead(lstatSync(path), reader) ? readdirSync(path, { withFileTypes: true }) : null;
  } catch {
    return null;
  }
}

function isTooMuch(entries: readonly SkillEntry[]): boolean {
  return checkEntries(entries).some(({ code }) => code === 'too-many-files');
}

function hashFile(folder: string, path: string, reader: Reader): SkillEntry {
  let file: number;
  try {
    file = openSync(`${folder}/${path}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return { kind: 'unreadable', path };
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return { kind: 'special', path };
    if (!mayRead(stat, reader)) return { kind: 'unreadable', path };
    // too large is refused for its size: hashing it would only take time
    const sha256 = stat.size > MAX_SKILL_BYTES ? '' : hashOpenFile(file);
    return { kind: 'file', path, links: stat.nlink, bytes: stat.size, sha256 };
  } finally {
    closeSync(file);
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
