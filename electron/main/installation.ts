/** Which copy of the app this is. Only the one that root has installed counts; everything else may have been put there by anyone. */
import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export const INSTALLED_EXECUTABLE = '/opt/ringfence/desktop/ringfence-desktop';

/** What is asked of the file system, for tests. */
export interface Files {
  realpath(path: string): string;
  stat(path: string): { readonly uid: number; readonly mode: number };
}

const REAL_FILES: Files = { realpath: (path) => realpathSync(path), stat: (path) => statSync(path) };

const WRITABLE_BY_OTHERS = 0o022;

/** Null if it is the installed one, otherwise why not. The helper judges for itself; this only predicts what it will say. */
export function whyNotInstalled(executable: string, files: Files = REAL_FILES): string | null {
  try {
    const path = files.realpath(executable);
    if (path !== INSTALLED_EXECUTABLE)
      return `this copy of the app runs from ${dirname(path)}, not from /opt/ringfence`;
    for (let place = path; ; place = dirname(place)) {
      const { uid, mode } = files.stat(place);
      if (uid !== 0 || (mode & WRITABLE_BY_OTHERS) !== 0) return `${place} can be changed by others than root`;
      if (place === '/') return null;
    }
  } catch (error) {
    return `${executable} cannot be examined: ${(error as Error).message}`;
  }
}
