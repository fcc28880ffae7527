/** The publishers this machine trusts: one public key a file, in a directory that only root can change. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeTrustedKeys, type TrustedKey } from '../../core/manifest/index.ts';

const OTHERS_MAY_WRITE = 0o022;

export interface Keyring {
  readonly keys: TrustedKey[];
  /** Files that are not used, with the reason: for the log. */
  readonly complaints: string[];
}

function isRootsAlone(path: string): boolean {
  const stat = lstatSync(path);
  return stat.uid === 0 && (stat.mode & OTHERS_MAY_WRITE) === 0 && !stat.isSymbolicLink();
}

/** A missing directory holds no key. A file or directory that others could have written is not used. */
export function readTrustedKeys(directory: string): Keyring {
  let names: string[];
  try {
    if (!isRootsAlone(directory)) return { keys: [], complaints: [`${directory} can be changed by others than root`] };
    names = readdirSync(directory).filter((name) => name.endsWith('.pub'));
  } catch {
    return { keys: [], complaints: [] };
  }
  const safe = names.filter((name) => isRootsAlone(join(directory, name)));
  const complaints = names.filter((name) => !safe.includes(name)).map((name) => `${name} can be changed by others`);
  const decoded = decodeTrustedKeys(safe.map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') })));
  return { keys: decoded.keys, complaints: [...complaints, ...decoded.errors.map((error) => error.message)] };
}
