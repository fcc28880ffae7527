import { expect, test } from 'vitest';
import { commandFor } from '../commands.mjs';
import { notInstalled } from './debian.mjs';
import { missingModules } from './modules.mjs';

const zod = { version: '4.0.0', integrity: 'sha512-a' };

test('an installation that is what the lock says lacks nothing', () => {
  const lock = { packages: { '': {}, 'node_modules/zod': zod } };
  expect(missingModules(lock, { packages: { 'node_modules/zod': zod } })).toEqual([]);
});

test('another version, another content and absence are missing', () => {
  const lock = { packages: { 'node_modules/zod': zod } };
  for (const installed of [
    { ...zod, version: '4.0.1' },
    { ...zod, integrity: 'sha512-b' },
  ]) {
    expect(missingModules(lock, { packages: { 'node_modules/zod': installed } })).toEqual(['node_modules/zod']);
  }
  expect(missingModules(lock, {})).toEqual(['node_modules/zod']);
});

test('a package for another platform may be absent, but not of another version', () => {
  const lock = { packages: { 'node_modules/win': { ...zod, optional: true } } };
  expect(missingModules(lock, {})).toEqual([]);
  expect(missingModules(lock, { packages: { 'node_modules/win': { version: '3' } } })).toEqual(['node_modules/win']);
});

test('a Debian package removed but not purged is missing', () => {
  const listing = 'clang installed\nmake config-files\n';
  expect(notInstalled(['clang', 'make', 'xz-utils'], listing)).toEqual(['make', 'xz-utils']);
});

test('one unit test needs no Debian package, the whole suite does', () => {
  expect(commandFor('test', ['core/policy'])?.packages).toEqual([]);
  expect(commandFor('test', ['--full'])?.packages).toContain('qemu-system-x86');
  expect(commandFor('toString', [])).toBeUndefined();
});
