import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownInterpreters } from './own-interpreters.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-interpreters-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('finds those of PATH outside of the system, without links', () => {
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'lib'));
  mkdirSync(join(folder, 'bin/bash'));
  for (const file of ['lib/node-26', 'bin/python3.12', 'bin/jq']) writeFileSync(join(folder, file), '');
  symlinkSync('../lib/node-26', join(folder, 'bin/node'));
  symlinkSync('nowhere', join(folder, 'bin/perl'));
  const found = ownInterpreters(`/usr/bin:${folder}/bin:relative:${folder}/none:${folder}/bin`);
  expect(found).toEqual([join(folder, 'lib/node-26'), join(folder, 'bin/python3.12')]);
});
