/**
 * Links of the system's own among program folders. The kernel judges objects, and `/bin/sh` or `/usr/bin/python3` are none:
 * a manifest that names them means what they lead to. Only links that no agent can have made are followed.
 */
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDERS = [
  '/',
  '/bin',
  '/sbin',
  '/usr',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/usr/lib',
];
const ALL_MAY_WRITE = 0o002;

function isRoots(path: string): boolean {
  const { uid, mode } = statSync(path);
  return uid === 0 && (mode & ALL_MAY_WRITE) === 0;
}

/** Where the entries of a folder lead, for those that lead elsewhere. */
function linksIn(folder: string): [string, string][] {
  if (!isRoots(folder)) return [];
  return readdirSync(folder).flatMap((name): [string, string][] => {
    try {
      const path = join(folder, name);
      const real = realpathSync.native(path);
      const trusted = lstatSync(path).uid === 0 && isRoots(dirname(real));
      return real !== path && trusted ? [[path, real]] : [];
    } catch {
      return []; // leads nowhere
    }
  });
}

function safely<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

export class SystemLinks {
  #links: ReadonlyMap<string, string> = new Map();
  #state = '';

  /** Read again when a folder has changed. */
  get(): ReadonlyMap<string, string> {
    const state = FOLDERS.map((folder) => safely(() => String(statSync(folder).mtimeMs), '')).join();
    if (state !== this.#state) {
      this.#links = new Map(FOLDERS.flatMap((folder) => safely(() => linksIn(folder), [])));
      this.#state = state;
    }
    return this.#links;
  }
}
