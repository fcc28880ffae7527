import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeUsualFolders } from './usual-folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringfence-home-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('what a home lacks is made, for its owner alone, and what is there stays', () => {
  mkdirSync(join(folder, '.cache'), { mode: 0o755 });
  symlinkSync('elsewhere', join(folder, '.config'));
  makeUsualFolders(folder);
  makeUsualFolders(folder);
  const modeOf = (name: string) => statSync(join(folder, name)).mode & 0o777;
  expect(['.cache', '.local', '.local/share', '.local/state', '.npm'].map(modeOf)).toEqual([
    0o755,
    ...[0o700, 0o700, 0o700, 0o700],
  ]);
  expect(lstatSync(join(folder, '.config')).isSymbolicLink()).toBe(true);
  expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
});

test('a home that is not there is not made', () => {
  makeUsualFolders(join(folder, 'none'));
  expect(existsSync(join(folder, 'none'))).toBe(false);
});
