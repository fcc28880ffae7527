import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hashPrograms } from './program-hashes.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-programs-')));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));
const stranger = { uid: 4711, gid: 4711 };

function program(name: string, content: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

test('hashes what is there, and follows only the system’s own links', () => {
  const real = program('real', 'content');
  const sha256 = createHash('sha256').update('content').digest('hex');
  symlinkSync(real, join(folder, 'link'));
  const link = join(folder, 'link');
  expect(hashPrograms([real, link], new Map(), stranger)).toEqual([{ path: real, sha256 }]);
  expect(hashPrograms([link], new Map([[link, real]]), stranger)).toEqual([{ path: link, sha256 }]);
});

test('leaves out what the reader could not read, and what is no file', () => {
  const closed = program('closed', 'secret', 0o711);
  mkdirSync(join(folder, 'folder'));
  expect(hashPrograms([closed, join(folder, 'folder'), join(folder, 'missing'), '/'], new Map(), stranger)).toEqual([]);
});
