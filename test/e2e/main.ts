/**
 * The desktop app in its real Electron, driven by Playwright and by a hand on the pointer, against a scripted helper:
 * `main.ts [PATTERN]`. Under a display in memory; whoever runs it as root runs it without, as the app's sandbox wants.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';
import { DESKTOP_APP } from '../../build/desktop-app.ts';
import { presentRuntime } from '../../build/electron/runtime.ts';
import { ROOT } from '../../build/root.ts';

const runtime = presentRuntime();
if (runtime === null || !existsSync(join(DESKTOP_APP, 'main.cjs'))) {
  console.error('The desktop app has not been built: node build/build.ts --desktop');
  process.exit(1);
}

if (process.getuid?.() === 0) {
  // another user, to whom root's files belong: the checkout may lie where nobody else can read it
  const words = ['--user', '--map-user=1000', '--map-group=1000', process.execPath, ...process.argv.slice(1)];
  const { status, error } = spawnSync('unshare', words, { stdio: 'inherit', cwd: ROOT });
  if (error) console.error(`unshare: ${error.message}`);
  process.exit(status ?? 1);
}

console.log(`Electron ${runtime.version} (${runtime.origin}), as user ${process.getuid?.()}`);
const vitest = await startVitest('test', process.argv.slice(2), {
  config: false,
  root: ROOT,
  include: ['test/e2e/**/*.e2e.ts'],
  run: true,
  watch: false,
  pool: 'forks',
  reporters: process.env.CI ? ['default'] : ['verbose'],
  fileParallelism: false,
  testTimeout: 20_000,
  hookTimeout: 30_000,
  allowOnly: false,
});
await vitest.close();

const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
const passed = tests.filter((test) => test.result().state === 'passed').length;
// A file that does not load has no tests to count; an error outside any test fails the run as well.
const broken = vitest.state.getTestModules().filter((module) => module.errors().length > 0).length;
const failed = tests.length - passed + broken + vitest.state.getUnhandledErrors().length;
console.log(`e2e: ${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
