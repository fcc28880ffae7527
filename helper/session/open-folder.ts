/** A folder opened as its reader could have opened it, held by descriptor so that nothing can be put in its place afterwards. */
import { closeSync, constants, fstatSync, openSync, realpathSync } from 'node:fs';
import { permits, READ, type Reader, SEARCH } from './reach.ts';

/** open(2): a place to go on from, without opening what is there. Node has no name for it. */
const O_PATH = 0o10000000;
const STEP = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** What stands below an open directory; Node has no openat(2). */
export function below(directory: number, name: string): string {
  return `/proc/self/fd/${directory}/${name}`;
}

/**
 * Gives `use` a descriptor of the folder; null when the reader may not list it or search all that leads to it. Links in the
 * path are followed once, to begin with: a directory that becomes a link on the way ends the walk. `use` may not be asynchronous.
 * `passing` is told of every directory that leads to the folder, before the next one is looked for.
 */
export function withOpenFolder<T>(
  path: string,
  reader: Reader,
  use: (folder: number) => T,
  passing: (directory: number) => void = () => {},
): T | null {
  const folder = open(path, reader, passing);
  if (folder === null) return null;
  try {
    return use(folder);
  } finally {
    closeSync(folder);
  }
}

function open(path: string, reader: Reader, passing: (directory: number) => void): number | null {
  let at = openSync('/', STEP);
  try {
    for (const name of realpathSync(path).split('/').filter(Boolean)) {
      passing(at);
      at = enter(at, name, reader);
    }
    if (permits(fstatSync(at), reader, READ | SEARCH)) return at;
  } catch {
    // not there, a link by now, or closed to the reader
  }
  closeSync(at);
  return null;
}

/** Opens the next directory, and lets go of this one once that worked. */
function enter(directory: number, name: string, reader: Reader): number {
  if (!permits(fstatSync(directory), reader, SEARCH)) throw new Error('closed to the reader');
  const next = openSync(below(directory, name), STEP);
  closeSync(directory);
  return next;
}
