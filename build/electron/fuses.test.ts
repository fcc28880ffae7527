import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type FuseName, readFuses, SHIPPED_FUSES, setFuses, TEST_FUSES } from './fuses.ts';

// An executable is read up to its fuse wire: a sentinel, the version, how many, and a letter each.
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const AS_DELIVERED = '10110101';
const folder = mkdtempSync(join(tmpdir(), 'ringfence-fuses-'));
afterAll(() => rmSync(folder, { recursive: true }));

function executable(wire: string): string {
  const path = join(folder, `electron-${Math.random()}`);
  writeFileSync(path, Buffer.from(`\x7fELF ${SENTINEL}\x01${String.fromCharCode(wire.length)}${wire} more`, 'latin1'));
  return path;
}

const names = Object.keys(SHIPPED_FUSES) as FuseName[];

test('as delivered, Electron can be turned into another program', async () => {
  expect(await readFuses(executable(AS_DELIVERED), ['RunAsNode', 'EnableNodeCliInspectArguments'])).toEqual({
    RunAsNode: true,
    EnableNodeCliInspectArguments: true,
  });
});

test('a fuse that was removed does not count as off', async () => {
  expect(await readFuses(executable('r0110101'), ['RunAsNode'])).toEqual({ RunAsNode: true });
});

test('what was set is read back', async () => {
  const path = executable(AS_DELIVERED);
  await setFuses(path, SHIPPED_FUSES);
  expect(await readFuses(path, names)).toEqual(SHIPPED_FUSES);
  const driven = `${path}-driven`;
  copyFileSync(path, driven);
  await setFuses(driven, TEST_FUSES);
  expect(await readFuses(driven, names)).toEqual(TEST_FUSES);
});
