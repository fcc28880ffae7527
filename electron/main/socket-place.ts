/** Where the helper listens, and whether it is root who made that place. */
import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { CONTROL_SOCKET } from '../../client/index.ts';

export interface SocketPlace {
  readonly path: string;
  /** Whether it is the machine's own guard that is expected there. */
  readonly ofMachine: boolean;
}

/** `RINGFENCE_SOCKET` names another helper, for tests and development; the installed copy does not look at it. */
export function socketPlace(
  environment: Readonly<Record<string, string | undefined>>,
  installed: boolean,
): SocketPlace {
  const named = installed ? undefined : environment.RINGFENCE_SOCKET;
  return named ? { path: named, ofMachine: false } : { path: CONTROL_SOCKET, ofMachine: true };
}

/** What is wrong with the place of the machine's socket, or null. One that is not there yet is not wrong. */
export function distrustPlace(
  { path, ofMachine }: SocketPlace,
  lstat: (path: string) => { readonly uid: number; readonly mode: number } | undefined = (each) =>
    lstatSync(each, { throwIfNoEntry: false }),
): string | null {
  if (!ofMachine) return null;
  for (const place of [dirname(path), path]) {
    const found = lstat(place);
    if (found === undefined) return null;
    if (found.uid !== 0) return `${place} does not belong to root: what serves it is not the helper`;
    if (place !== path && (found.mode & 0o022) !== 0) return `${place} can be changed by others than root`;
  }
  return null;
}
