import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import type { InstalledProgram } from './click.ts';

const OTHERS_MAY_WRITE = 0o022;

/** The program at a path, if root alone can have put it there: no part of the path is a link or can be changed by others. */
export function installedProgram(path: string): InstalledProgram | null {
  try {
    const file = lstatSync(path, { bigint: true });
    if (!file.isFile()) return null;
    for (let at = path; ; at = dirname(at)) {
      const stat = lstatSync(at);
      if (stat.uid !== 0 || (stat.mode & OTHERS_MAY_WRITE) !== 0) return null;
      if (at !== path && !stat.isDirectory()) return null;
      if (at === dirname(at)) return { path, device: file.dev, inode: file.ino };
    }
  } catch {
    return null;
  }
}
