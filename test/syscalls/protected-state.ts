/** What stands in the places that are not granted, to be compared: names, kinds, owners, modes, links, content. Times are not. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { DENIED, GRANTED, HOME, READABLE, STATE } from './places.ts';

const TREES = [
  `${HOME}/.ssh`,
  `${HOME}/.aws`,
  `${HOME}/notes`,
  `${HOME}/.config`,
  READABLE,
  DENIED,
  '/etc/shadow',
  '/etc/passwd',
  '/etc/ringfence',
  `${STATE}/canary`,
];
/** Only which names there are, and what these folders are themselves. */
const LISTED = [HOME, '/etc', '/tmp', '/home', '/dev/shm'];

export type State = ReadonlyMap<string, string>;

export function protectedState(): State {
  const state = new Map<string, string>();
  for (const path of TREES) describeTree(path, state);
  for (const path of LISTED) {
    state.set(path, describe(path, lstatSync(path)));
    for (const name of readdirSync(path)) if (!isGranted(join(path, name))) state.set(join(path, name), '');
  }
  return state;
}

const isGranted = (path: string): boolean => (GRANTED as readonly string[]).includes(path);

function describeTree(path: string, state: Map<string, string>): void {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return;
  state.set(path, describe(path, status));
  if (status.isDirectory()) for (const name of readdirSync(path)) describeTree(join(path, name), state);
}

function describe(path: string, status: Stats): string {
  const { mode, uid, gid, size, nlink } = status;
  // a folder's size and links are those of its entries, which are compared by themselves
  if (status.isDirectory()) return `folder ${mode.toString(8)} ${uid}:${gid}`;
  const content = status.isSymbolicLink() ? readlinkSync(path) : status.isFile() ? digest(path) : '';
  return `${mode.toString(8)} ${uid}:${gid} ${size} bytes, ${nlink} links ${content}`;
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** One line for each path that is not as it was. */
export function differences(before: State, after: State): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => `${path}: ${before.get(path) ?? 'did not exist'} -> ${after.get(path) ?? 'gone'}`);
}
