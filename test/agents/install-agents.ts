import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { installLocked } from '../../build/locked-install.ts';
import { ROOT } from '../../build/root.ts';

/** Agents unmodified, as their packages lay them out: proprietary some of them, so only installed where this is run. */
export const INSTALLED_AGENTS = join(ROOT, '.cache', 'agents', 'installed');

/** Installs all of them with one lock file if that has not been done. Throws with npm's message. */
export async function installAgents(onProgress: (line: string) => void): Promise<void> {
  const { PATH } = process.env;
  await installLocked({
    source: join(import.meta.dirname, 'installed'),
    target: INSTALLED_AGENTS,
    onBegin: () => onProgress('installing agents (once, about 1.6 GB) …'),
    // without its own scripts it does not start
    onInstalled: () =>
      promisify(execFile)('npm', ['rebuild', 'openclaw'], {
        cwd: INSTALLED_AGENTS,
        env: { ...process.env, PATH: `${dirname(process.execPath)}:${PATH}` },
      }),
  });
}
