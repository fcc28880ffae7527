import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { checkEntries, MAX_SKILL_BYTES, type SkillEntry } from '../../core/manifest/index.ts';
import { cannot } from './command-error.ts';

const CHUNK_BYTES = 64 * 1024;

/** Every file below the skill's folder with its SHA-256, links never followed; ends early once there is too much. */
export function scanSkillFolder(folder: string): SkillEntry[] {
  const entries: SkillEntry[] = [];
  scan(folder, '', entries);
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function scan(folder: string, below: string, entries: SkillEntry[]): void {
  for (const entry of listDirectory(below === '' ? folder : `${folder}/${below}`)) {
    if (isTooMuch(entries)) return;
    const name = decodeName(entry.name);
    const path = below === '' ? name.text : `${below}/${name.text}`;
    if (!name.exact) entries.push({ kind: 'unreadable', path });
    else if (entry.isDirectory()) scan(folder, path, entries);
    else if (entry.isSymbolicLink()) entries.push({ kind: 'symbolic-link', path });
    else entries.push(entry.isFile() ? hashFile(folder, path) : { kind: 'special', path });
  }
}

function listDirectory(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true, encoding: 'buffer' });
  } catch (thrown) {
    throw cannot(`list ${path}`, thrown, 'Make the directory readable, or remove it from the skill.');
  }
}

function isTooMuch(entries: readonly SkillEntry[]): boolean {
  return checkEntries(entries).some(({ code }) => code === 'too-many-files');
}

function decodeName(name: Uint8Array): { text: string; exact: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name), exact: true };
  } catch {
    return { text: new TextDecoder().decode(name), exact: false };
  }
}

function hashFile(folder: string, path: string): SkillEntry {
  let file: number;
  try {
    file = openSync(`${folder}/${path}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return { kind: 'unreadable', path };
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return { kind: 'special', path };
    // A file over the limit is refused for its size: hashing it would only take time.
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
