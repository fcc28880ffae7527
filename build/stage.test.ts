import { expect, test } from 'vitest';
import { isRuntimeFile, packagesFor } from './stage.ts';

test('of a package only what runs on x64 Linux is installed', () => {
  for (const path of ['zod/index.js', 'zod/LICENSE', 'better-sqlite3/prebuilds/linux-x64.node', 'pino/lib/tools.js']) {
    expect(isRuntimeFile(path), path).toBe(true);
  }
  for (const path of [
    'zod/src/index.ts',
    'zod/index.d.cts',
    'better-sqlite3/prebuilds/linuxmusl-x64.node',
    'better-sqlite3/deps/sqlite3/sqlite3.c',
    '@pinojs/redact/test/a.js',
  ]) {
    expect(isRuntimeFile(path), path).toBe(false);
  }
});

test('of the packages only those come along that are not bundled, with what they need', () => {
  const packages = {
    '': {},
    'node_modules/pino': { dependencies: { 'sonic-boom': '1' } },
    'node_modules/sonic-boom': {},
    'node_modules/zod': {},
  };
  expect(packagesFor(['pino'], { packages })).toEqual(['node_modules/pino', 'node_modules/sonic-boom']);
});
