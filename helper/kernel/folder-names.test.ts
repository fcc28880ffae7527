import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FolderNames } from './folder-names.ts';

const LATER_MS = 3000;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folder-names-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** As if some seconds had gone by. */
const settle = () => vi.useFakeTimers({ now: Date.now() + LATER_MS });
const put = (name: string) => writeFileSync(join(folder, name), '');

it('has what is there', () => {
  put('one');
  expect([...new FolderNames().in(folder)]).toEqual(['one']);
});

it('reads a folder that has settled once', () => {
  put('one');
  settle();
  const names = new FolderNames();
  expect(names.in(folder)).toBe(names.in(folder));
});

it('sees what came and what went', () => {
  const names = new FolderNames();
  put('one');
  settle();
  names.in(folder);
  put('two');
  expect([...names.in(folder)].sort()).toEqual(['one', 'two']);
  rmSync(join(folder, 'one'));
  expect([...names.in(folder)]).toEqual(['two']);
});

it('keeps nothing of a folder that has just changed', () => {
  put('one');
  const names = new FolderNames();
  expect(names.in(folder)).not.toBe(names.in(folder));
});

it('knows another folder in the place of one', () => {
  const place = join(folder, 'place');
  const other = join(folder, 'other');
  for (const [path, name] of [
    [place, 'one'],
    [other, 'two'],
  ] as const) {
    mkdirSync(path);
    writeFileSync(join(path, name), '');
  }
  settle();
  const names = new FolderNames();
  names.in(place);
  renameSync(place, join(folder, 'away'));
  renameSync(other, place);
  expect([...names.in(place)]).toEqual(['two']);
});

it('has nothing of what is no folder', () => {
  put('file');
  expect(new FolderNames().in(join(folder, 'file')).size).toBe(0);
  expect(new FolderNames().in(join(folder, 'absent')).size).toBe(0);
  expect(new FolderNames().in(join(folder, 'file', 'below')).size).toBe(0);
});
