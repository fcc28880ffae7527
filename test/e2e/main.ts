/**
 * The desktop app in its real Electron, driven by Playwright and by a hand on the pointer, against a scripted helper, on a
 * display in memory: `main.ts [PATTERN…]`.
 */
import { startVitest } from 'vitest/node';
import { ROOT } from '../../build/root.ts';
import { tellOutcome } from '../../build/vitest-outcome.ts';
import { builtApp } from './built-app.ts';
import { leaveRoot } from './unprivileged.ts';

/** Each has a display and an app of its own; most of the time they wait. */
const AT_ONCE = 2;

const { version, origin } = builtApp();
leaveRoot();
console.log(`Electron ${version} (${origin}), as user ${process.getuid?.()}`);
const patterns = process.argv.slice(2);
const vitest = await startVitest('test', patterns, {
  config: false,
  root: ROOT,
  include: ['test/e2e/**/*.e2e.ts'],
  run: true,
  watch: false,
  pool: 'forks',
  maxWorkers: AT_ONCE,
  reporters: patterns.length > 0 ? ['verbose'] : ['default'],
  testTimeout: 60_000,
  hookTimeout: 40_000,
  allowOnly: false,
});
await vitest.close();
process.exitCode = tellOutcome('e2e', vitest) ? 0 : 1;
