/** Interpreters that a user has brought along: those that `PATH` finds outside of where a system keeps its own. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { interpreterNamed } from '../../core/policy/interpreters.ts';
import { MAX_INTERPRETERS } from '../../core/protocol/limits.ts';

/** The helper looks there itself. */
const SYSTEM = ['/usr/bin', '/usr/local/bin', '/bin', '/sbin', '/usr/sbin', '/usr/local/sbin'];

export function ownInterpreters(path: string): string[] {
  const folders = path.split(':').filter((folder) => folder.startsWith('/') && !SYSTEM.includes(folder));
  const found = [...new Set(folders)].flatMap((folder) =>
    namesIn(folder).flatMap((name) => realFile(join(folder, name))),
  );
  return [...new Set(found)].slice(0, MAX_INTERPRETERS);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => interpreterNamed(name) !== null);
  } catch {
    return []; // PATH may name what is not there
  }
}

function realFile(path: string): string[] {
  try {
    const real = realpathSync(path);
    return statSync(real).isFile() ? [real] : [];
  } catch {
    return []; // a link that leads nowhere
  }
}
