/** Where tools are looked for that are started without a guard: nowhere that an agent may have put one of its own. */
import { existsSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/**
 * What is left of a search path without folders of projects: below the working directory, which is what agents may write in, in a
 * `node_modules` (`npm run` puts those first), in a virtual environment, in what is temporary, or relative.
 */
export function toolPath(path: string, directory: string): string {
  // a home is nobody's workspace, and what lies above it neither
  const isWorkspace = !isBelow(realOf(homedir()), directory);
  const closed = [tmpdir(), '/tmp', '/var/tmp', '/dev/shm', ...(isWorkspace ? [directory] : [])].map(realOf);
  const isOpen = (folder: string) =>
    isAbsolute(folder) &&
    [folder, realOf(folder)].every(
      (one) =>
        !one.split('/').includes('node_modules') &&
        !closed.some((place) => isBelow(one, place)) &&
        !existsSync(join(dirname(one), 'pyvenv.cfg')),
    );
  return path.split(':').filter(isOpen).join(':');
}

const isBelow = (path: string, folder: string): boolean => `${path}/`.startsWith(folder === '/' ? '/' : `${folder}/`);

function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
