/** Whether a user could open a path without our help: root reads for others only what is theirs to read. */
import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

export interface Reader {
  readonly uid: number;
  readonly gid: number;
}

export const READ = 0o4;
export const SEARCH = 0o1;

/** Supplementary groups are not known here, so what only they open counts as closed. */
export function permits(stat: Pick<Stats, 'uid' | 'gid' | 'mode'>, reader: Reader, wanted: number): boolean {
  if (reader.uid === 0) return true;
  const shift = stat.uid === reader.uid ? 6 : stat.gid === reader.gid ? 3 : 0;
  return ((stat.mode >> shift) & wanted) === wanted;
}

export function mayRead(stat: Pick<Stats, 'uid' | 'gid' | 'mode'>, reader: Reader): boolean {
  return permits(stat, reader, READ);
}

/** The directory without symbolic links when the reader may list it and search all that lead to it, else null. */
export function reachableDirectory(path: string, reader: Reader): string | null {
  try {
    const real = realpathSync(path);
    for (let at = dirname(real); ; at = dirname(at)) {
      if (!permits(lstatSync(at), reader, SEARCH)) return null;
      if (at === '/') break;
    }
    const stat = lstatSync(real);
    return stat.isDirectory() && permits(stat, reader, READ | SEARCH) ? real : null;
  } catch {
    return null;
  }
}
