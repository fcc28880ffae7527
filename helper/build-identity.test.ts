import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildIdentity } from './build-identity.ts';

it('is the same for the same installed file, another for any other, and never the same from a source tree', () => {
  const folder = mkdtempSync(join(tmpdir(), 'build-'));
  const installed = join(folder, 'main.js');
  writeFileSync(installed, 'one');
  const one = buildIdentity(installed);
  expect(buildIdentity(installed)).toBe(one);
  writeFileSync(installed, 'two');
  expect(buildIdentity(installed)).not.toBe(one);
  expect(buildIdentity()).not.toBe(buildIdentity());
  rmSync(folder, { recursive: true });
});
