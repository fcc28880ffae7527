import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_INTERPRETERS } from '../../core/protocol/limits.ts';
import { interpretersLeftOut, ownInterpreters } from './own-interpreters.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-interpreters-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A folder of such files; its path. */
function give(name: string, files: readonly string[]): string {
  mkdirSync(join(folder, name));
  for (const file of files) writeFileSync(join(folder, name, file), '');
  return join(folder, name);
}

const pythons = (from: number, count: number) => Array.from({ length: count }, (_, n) => `python3.${from + n}`);

test('finds those of PATH outside of the system, without links', () => {
  give('lib', ['node-26']);
  give('bin', ['python3.12', 'jq']);
  mkdirSync(join(folder, 'bin/bash'));
  symlinkSync('../lib/node-26', join(folder, 'bin/node'));
  symlinkSync('nowhere', join(folder, 'bin/perl'));
  const found = ownInterpreters(`/usr/bin:${folder}/bin:relative:${folder}/none:${folder}/bin`);
  expect(found).toEqual({ kept: [join(folder, 'lib/node-26'), join(folder, 'bin/python3.12')], leftOut: [] });
});

test('a folder full of one interpreter, early in PATH, keeps no other out', () => {
  const planted = give('planted', pythons(0, 3 * MAX_INTERPRETERS));
  const own = give('own', ['python3', 'node', 'ruby', 'lua5.4']);
  const { kept, leftOut } = ownInterpreters(`${planted}:${own}`);
  expect(kept).toHaveLength(MAX_INTERPRETERS);
  expect(kept).toEqual(expect.arrayContaining(['python3', 'node', 'ruby', 'lua5.4'].map((name) => join(own, name))));
  expect(kept.length + leftOut.length).toBe(3 * MAX_INTERPRETERS + 4);
});

test('every kind is kept, of each folder the plainest name first, in the order of PATH', () => {
  const folders = Array.from({ length: MAX_INTERPRETERS }, (_, n) => give(`versions-${n}`, ['python3', 'python3.1']));
  const last = give('last', ['deno']);
  const { kept, leftOut } = ownInterpreters([...folders, last].join(':'));
  expect(kept).toContain(join(last, 'deno'));
  expect(kept.slice(1)).toEqual(expect.arrayContaining([join(folders[1] as string, 'python3')]));
  expect(leftOut[0]).toBe(join(folders.at(-1) as string, 'python3'));
  expect(leftOut[1]).toBe(join(folders[0] as string, 'python3.1'));
});

test('names of one file count once, whether by symbolic or by hard link', () => {
  const bin = give('bin', ['python3.12']);
  for (const name of pythons(20, MAX_INTERPRETERS)) symlinkSync('python3.12', join(bin, name));
  for (const name of pythons(100, MAX_INTERPRETERS)) linkSync(join(bin, 'python3.12'), join(bin, name));
  const own = give('own', ['node']);
  const { kept, leftOut } = ownInterpreters(`${bin}:${own}`);
  expect(kept).toHaveLength(2);
  expect(kept).toContain(join(own, 'node'));
  expect(leftOut).toEqual([]);
});

test('what is left out is named, and of very many the first ones', () => {
  expect(interpretersLeftOut([])).toEqual([]);
  expect(interpretersLeftOut(['/a/node', '/b/ruby']).join()).toMatch(/2 interpreters .*: \/a\/node, \/b\/ruby$/);
  const [said = ''] = interpretersLeftOut(pythons(0, 30).map((name) => `/a/${name}`));
  expect(said).toMatch(/^30 .*\/a\/python3\.19 and 10 more$/);
});
