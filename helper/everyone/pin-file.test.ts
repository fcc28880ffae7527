import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { pinFile } from './pin-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringfence-pin-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is held until it is let go of, and one that is not there is not', () => {
  const file = join(folder, 'program');
  writeFileSync(file, '');
  const pin = pinFile(file);
  expect(pin).not.toBe(null);
  expect(pinFile(join(folder, 'none'))).toBe(null);
  rmSync(file);
  pin?.[Symbol.dispose]();
});
