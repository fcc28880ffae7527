import { expect, test } from 'vitest';
import type { Manifest } from '../../core/manifest/index.ts';
import { egressSymbols } from './egress-symbols.ts';

const manifest = (egress: string[]): Manifest => ({
  skill_id: 's',
  version: '1',
  permissions: { network: { egress } },
  hashes: {},
});

test.each([
  ['https://packages.example/npm/', 'packages.example:443'],
  ['http://127.0.0.1:4873/\n', '127.0.0.1:4873'],
  ['http://[::1]:4873', '[::1]:4873'],
  ['http://mirror.example', 'mirror.example:80'],
])('a tool that fetches from %j', (printed, host) => {
  expect(egressSymbols(manifest(['@npm']), () => printed)).toEqual({ '@npm': host });
});

test.each(['', 'undefined', 'file:///srv/packages', 'nonsense'])(
  'a tool that prints %j stands for nothing',
  (printed) => {
    expect(egressSymbols(manifest(['@pypi']), () => printed)).toEqual({});
  },
);

test('no tool is asked that the manifest does not name', () => {
  const asked: string[] = [];
  egressSymbols(manifest(['@pypi', '192.0.2.1:443']), ([tool]) => {
    asked.push(tool);
    return '';
  });
  expect(asked).toEqual(['pip']);
});
