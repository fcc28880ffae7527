/** Files that decide whom the guard believes: read only where nobody but root could have written them. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { failure, type Result, success } from '../../core/result.ts';

const OTHERS_MAY_WRITE = 0o022;

type Owned = { readonly uid: number; readonly mode: number };

/** The helper is root; in a test it is whoever runs it. */
function isRootsAlone({ uid, mode }: Owned): boolean {
  return uid === process.geteuid?.() && (mode & OTHERS_MAY_WRITE) === 0;
}

/** Whether names in it can be believed. */
export function directoryState(path: string): 'missing' | 'sound' | 'unsafe' {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'missing';
  return stat.isDirectory() && isRootsAlone(stat) ? 'sound' : 'unsafe';
}

/** The text of a file; the error is a sentence that names it. What was opened is what is looked at, so it cannot be swapped. */
export function readRootFile(path: string, maxBytes: number): Result<string, string> {
  let open: number;
  try {
    open = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (problem) {
    return failure(`${path} cannot be opened: ${(problem as NodeJS.ErrnoException).code}`);
  }
  try {
    const stat = fstatSync(open);
    if (!stat.isFile()) return failure(`${path} is no regular file`);
    if (!isRootsAlone(stat)) return failure(`${path} can be changed by others than root`);
    if (stat.size > maxBytes) return failure(`${path} has more than ${maxBytes} bytes`);
    const bytes = readFileSync(open);
    return success(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return failure(`${path} cannot be read as UTF-8`);
  } finally {
    closeSync(open);
  }
}
