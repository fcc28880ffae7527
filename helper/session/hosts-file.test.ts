import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readHosts } from './hosts-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringfence-hosts-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('each name of a line has its address, whatever else the file says', () => {
  const file = join(folder, 'hosts');
  writeFileSync(
    file,
    '# 192.0.2.9 no\n127.0.0.1\tlocalhost\n 192.0.2.1 Git.corp git # ours\nnowhere x\n\n2001:db8::1 git.corp',
  );
  expect(readHosts(file)).toEqual([
    { name: 'localhost', address: '127.0.0.1' },
    { name: 'git.corp', address: '192.0.2.1' },
    { name: 'git', address: '192.0.2.1' },
    { name: 'git.corp', address: '2001:db8::1' },
  ]);
});

test('a machine without the file knows none', () => expect(readHosts(join(folder, 'missing'))).toEqual([]));
