import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readResolvers } from './resolvers.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringfence-resolvers-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('takes the first three addresses, whatever else the file says', () => {
  const file = join(folder, 'resolv.conf');
  const lines = [
    '# nameserver 192.0.2.9',
    'search example',
    'nameserver 127.0.0.53',
    ' nameserver\t2001:db8::1',
    'nameserver nowhere',
  ];
  writeFileSync(file, [...lines, 'nameserver 192.0.2.1', 'nameserver 192.0.2.2'].join('\n'));
  expect(readResolvers(file)).toEqual(['127.0.0.53', '2001:db8::1', '192.0.2.1']);
});

test('a machine that names none asks itself, as libc does', () => {
  expect(readResolvers(join(folder, 'missing'))).toEqual(['127.0.0.1']);
  const file = join(folder, 'empty.conf');
  writeFileSync(file, 'search example\nnameserver nowhere\n');
  expect(readResolvers(file)).toEqual(['127.0.0.1']);
});
