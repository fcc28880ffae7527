import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bookOf } from './book-of.ts';

let folder: string;
const page = () => join(folder, 'rf-1.session');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'book-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what was written for the maps in force stays', () => {
  bookOf({ instance: '7', resumed: false }, folder);
  writeFileSync(page(), 'session');
  bookOf({ instance: '7', resumed: true }, folder);
  expect(existsSync(page())).toBe(true);
});

test('what was written for other maps goes', () => {
  bookOf({ instance: '7', resumed: false }, folder);
  writeFileSync(page(), 'session');
  bookOf({ instance: '8', resumed: false }, folder);
  expect(existsSync(page())).toBe(false);
});

test('where nobody noted the maps it goes with them', () => {
  writeFileSync(page(), 'session');
  bookOf({ instance: '7', resumed: true }, folder);
  expect(existsSync(page())).toBe(true);
  rmSync(join(folder, 'maps'));
  bookOf({ instance: '8', resumed: false }, folder);
  expect(existsSync(page())).toBe(false);
});
