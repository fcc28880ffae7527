import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findProgram } from '../run/find-program.ts';

/**
 * The path to write for a program: as root's packages name it (`/usr/bin/python3`, whose link the guard follows when it starts),
 * or where a link leads that anyone else could change. Below the home it begins with `~`.
 */
export function programToGrant(name: string, home: string, env: NodeJS.ProcessEnv): string | null {
  const found = findProgram(name, env);
  if (!found.ok || !found.value.startsWith('/')) return null;
  try {
    const place = join(realpathSync(dirname(found.value)), basename(found.value));
    const path = isRoots(dirname(place)) ? place : realpathSync(place);
    return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  } catch {
    return null; // gone meanwhile
  }
}

function isRoots(directory: string): boolean {
  const { uid, mode } = statSync(directory);
  return uid === 0 && (mode & 0o022) === 0;
}
