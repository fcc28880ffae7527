// The installed programs: each entry point in one file, without types, so that it starts in a fifth of the time. The addons
// and better-sqlite3 stay files of their own.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from './root.ts';

export const BUNDLES = join(ROOT, '.cache/bundles');

/** Each is started by its path: from a launcher, as a worker thread, or as a process of its own. */
const ENTRY_POINTS = [
  'cli/main',
  'helper/main',
  'helper/audit/worker',
  'helper/audit/verify-worker',
  'helper/kernel/event-source',
  'helper/worker/main',
  'helper/proxy/main',
];

/** Packages that look for files beside themselves: compiled code, modules of threads. */
export const UNBUNDLED = ['better-sqlite3', 'pino'];

/** @returns paths of the bundles below BUNDLES */
export async function bundle(): Promise<string[]> {
  return Promise.all(
    ENTRY_POINTS.map(async (entry) => {
      const built = await rolldown({
        input: join(ROOT, `${entry}.ts`),
        platform: 'node',
        external: [/\.node$/, ...UNBUNDLED],
        cwd: ROOT,
      });
      const file = join(BUNDLES, `${entry}.js`);
      mkdirSync(dirname(file), { recursive: true });
      await built.write({ file, format: 'esm', codeSplitting: false });
      await built.close();
      return `${entry}.js`;
    }),
  );
}
