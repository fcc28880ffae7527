import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { SkillText } from '../../core/manifest/draft-text.ts';
import type { SkillEntry } from '../../core/manifest/index.ts';

/** More than a script has, and little enough to search. */
const MAX_TEXT_BYTES = 256 * 1024;
const MAX_ALL_BYTES = 8 * 1024 * 1024;

/** The files of a skill that are text, as far as they are not too large to be a script; links are never followed. */
export function readSkillTexts(folder: string, entries: readonly SkillEntry[]): SkillText[] {
  const texts: SkillText[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (entry.kind !== 'file' || entry.bytes > MAX_TEXT_BYTES || bytes + entry.bytes > MAX_ALL_BYTES) continue;
    bytes += entry.bytes;
    const text = readText(folder, entry.path);
    if (text !== null) texts.push(text);
  }
  return texts;
}

function readText(folder: string, path: string): SkillText | null {
  try {
    const file = openSync(`${folder}/${path}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile() || stat.size > MAX_TEXT_BYTES) return null;
      const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
      return text.includes('\0') ? null : { path, text, executable: (stat.mode & 0o111) !== 0 };
    } finally {
      closeSync(file);
    }
  } catch {
    return null; // no text, or gone meanwhile: there is nothing to find in it
  }
}
