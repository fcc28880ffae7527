import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isRootsAlone } from './known-programs.ts';

test('a program counts where root alone could have put it', () => {
  expect(isRootsAlone('/usr/bin/env')).toBe(true);
});

test('one in a folder that others may write does not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-programs-'));
  try {
    const program = join(folder, 'ssh');
    writeFileSync(program, '');
    chmodSync(program, 0o755);
    expect(isRootsAlone(program)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
