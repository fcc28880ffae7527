/** Programs from the registry, each installed on demand with a lock file of its own. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface LockedInstall {
  /** Has `package.json`, `package-lock.json` and `.npmrc`. */
  readonly source: string;
  readonly target: string;
  /** Called before anything is downloaded. */
  readonly onBegin: () => void;
  /** Called once it is there, for instance to thin it out. */
  readonly onInstalled?: () => Promise<unknown>;
}

/** Installs what the lock file says if that has not been done. Scripts do not run. Throws with npm's message. */
export async function installLocked({ source, target, onBegin, onInstalled }: LockedInstall): Promise<void> {
  const lock = readFileSync(join(source, 'package-lock.json'), 'utf8');
  const stamp = join(target, 'installed.lock');
  if (readIfThere(stamp) === lock) return;
  onBegin();
  mkdirSync(target, { recursive: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    copyFileSync(join(source, name), join(target, name));
  // optional packages fetch binaries of their own
  const options = ['ci', '--ignore-scripts', '--omit=optional', '--no-progress', '--loglevel=error'];
  await promisify(execFile)('npm', options, { cwd: target });
  await onInstalled?.();
  writeFileSync(stamp, lock);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
