import { expect, test } from 'vitest';
import { isProductFile, isRuntimeFile, productionPackages } from './stage.ts';

test('sources and data are installed, tests and C++ are not', () => {
  for (const path of ['core/policy/base.json', 'cli/main.ts', 'native/build/kernel.node', 'native/build/libbpf.so.1']) {
    expect(isProductFile(path), path).toBe(true);
  }
  for (const path of [
    'cli/main.test.ts',
    'core/x/testdata/a.json',
    'core/x/vectors/a.json',
    'helper/x/testing/a.ts',
    'native/kernel/ring.cc',
    'native/build/a.stamp',
  ]) {
    expect(isProductFile(path), path).toBe(false);
  }
});

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

test('development packages stay behind', () => {
  const packages = { '': {}, 'node_modules/zod': {}, 'node_modules/vitest': { dev: true } };
  expect(productionPackages({ packages })).toEqual(['node_modules/zod']);
});
