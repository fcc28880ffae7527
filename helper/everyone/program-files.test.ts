import { lstatSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { everyoneRow } from '../../core/policy/everyone.ts';
import type { Uid } from '../../core/protocol/scalars.ts';
import { programsOnDisk } from './program-files.ts';

const GOES = '/usr/bin/tac';

vi.mock('node:fs', async (actual) => {
  const fs = await actual<typeof import('node:fs')>();
  const openSync: typeof fs.openSync = (path, ...how) =>
    fs.openSync(path === GOES ? '/usr/bin/nothing-of-that-name' : path, ...how);
  return { ...fs, openSync };
});

const SHARED = { since: '2026-01-02T03:04:05Z', by: 0 as Uid };

function found(program: string, location = '*') {
  return programsOnDisk([{ ...SHARED, program, location }]).find(({ path }) => path === program);
}

it('knows a script by each of its names', () => {
  const script = found('/usr/bin/ldd', 'aws');
  expect([...(script?.rows ?? [])].map(everyoneRow)).toEqual(['aws']);
  const isMerged = lstatSync('/bin').isSymbolicLink();
  expect(script?.scriptPaths).toEqual(isMerged ? ['/usr/bin/ldd', '/bin/ldd'] : ['/usr/bin/ldd']);
});

it('knows a program by its file alone, at every row if it is accepted everywhere', () => {
  const program = found('/usr/bin/od');
  expect(program?.scriptPaths).toBe(null);
  expect(program?.rows.size).toBeGreaterThan(80);
});

it.each(['/usr/bin/env', '/usr/bin/nothing-of-that-name', '/tmp'])(
  'passes over %s, whoever has accepted it',
  (program) => {
    expect(found(program)).toBe(undefined);
  },
);

it('passes over what is removed while it looks', () => {
  expect(lstatSync(GOES).isFile()).toBe(true);
  expect(found(GOES)).toBe(undefined);
});
