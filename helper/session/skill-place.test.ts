import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isInPlace, placeOf } from './skill-place.ts';

let above: string;
let folder: string;

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'skill-place-'));
  folder = join(above, 'skill');
  mkdirSync(folder);
});

afterEach(() => rmSync(above, { recursive: true }));

const mount = (mountpoint: string, device = 7) => ({ device, root: '/', mountpoint, type: 'ext4' });
const place = (mounts = [mount('/')]) => placeOf(folder, statSync(folder, { bigint: true }), mounts);

it('is where it was', () => {
  expect(isInPlace(folder, place(), [mount('/')])).toBe(true);
});

it('is not, when another folder has its path, or none', () => {
  const bound = place();
  renameSync(folder, join(above, 'old'));
  expect(isInPlace(folder, bound, [mount('/')])).toBe(false);
  mkdirSync(folder);
  expect(isInPlace(folder, bound, [mount('/')])).toBe(false);
});

it('is not, when something is mounted inside that was not there, or another thing', () => {
  expect(isInPlace(folder, place(), [mount('/'), mount(`${folder}/lib`)])).toBe(false);
  expect(isInPlace(folder, place(), [mount('/'), mount(`${folder}-beside`), mount('/mnt')])).toBe(true);
  const before = [mount('/'), mount(`${folder}/lib`)];
  expect(isInPlace(folder, place(before), before)).toBe(true);
  expect(isInPlace(folder, place(before), [mount('/'), mount(`${folder}/lib`, 8)])).toBe(false);
  expect(isInPlace(folder, place(before), [mount('/')])).toBe(false);
});
