/** What unit tests start as users do is bundled once, as it is installed: a command answers in a third of the time. */
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { BUNDLES, bundle } from './bundle.ts';
import { ROOT } from './root.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The command line's program: a script for Node. */
    ringfence: string;
  }
}

export default async function setup({ provide }: TestProject): Promise<void> {
  await bundle();
  const starters = join(BUNDLES, 'starters');
  if (!existsSync(starters)) symlinkSync(join(ROOT, 'starters'), starters);
  provide('ringfence', join(BUNDLES, 'cli/main.js'));
}
