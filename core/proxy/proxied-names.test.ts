import { expect, test } from 'vitest';
import type { Manifest } from '../manifest/index.ts';
import { proxiedNames, reaches } from './proxied-names.ts';

const manifest = (network: Manifest['permissions']['network']): Manifest => ({
  skill_id: 's',
  version: '1',
  permissions: { network },
  hashes: {},
});

test('names for TCP, and what symbols stand for; no addresses', () => {
  const egress = [
    'api.example.com',
    '*.example.org:8000-8100/tcp',
    'q.example.com:443/udp',
    '192.0.2.1:443',
    'localhost:1',
  ];
  expect(
    proxiedNames(manifest({ via: 'proxy', egress: [...egress, '@npm'], deny: ['x.example.org', '10.0.0.1'] }), {
      '@npm': 'mirror.example:8443 files.example',
    }),
  ).toEqual([
    { name: 'api.example.com', ports: { low: 443, high: 443 }, effect: 'allow' },
    { name: '*.example.org', ports: { low: 8000, high: 8100 }, effect: 'allow' },
    { name: 'mirror.example', ports: { low: 8443, high: 8443 }, effect: 'allow' },
    { name: 'files.example', ports: { low: 443, high: 443 }, effect: 'allow' },
    { name: 'x.example.org', ports: { low: 0, high: 65_535 }, effect: 'block' },
  ]);
});

test('a name that is denied is not reached, whatever another one grants', () => {
  const names = proxiedNames(
    manifest({ via: 'proxy', egress: ['*.example.org'], deny: ['no.example.org', '192.0.2.1'] }),
  );
  expect(reaches(names ?? [], 'yes.example.org', 443)).toBe(true);
  expect(reaches(names ?? [], 'no.example.org', 443)).toBe(false);
});

test('a manifest that does not want it has none', () => {
  expect(proxiedNames(manifest({ egress: ['api.example.com'] }))).toBeNull();
  expect(proxiedNames(manifest(undefined))).toBeNull();
});

test.each([
  ['a.example.com', 443, true],
  ['a.example.com', 444, false],
  ['b.a.example.com', 443, false],
  ['x.example.org', 443, true],
  ['y.x.example.org', 443, true],
  ['example.org', 443, false],
  ['denied.example.org', 443, false],
  ['xexample.org', 443, false],
  ['.example.org', 443, false],
])('%s:%d: %s', (host, port, is) => {
  const ports = { low: 443, high: 443 };
  const allowed = { ports, effect: 'allow' } as const;
  const names = [
    { name: 'a.example.com', ...allowed },
    { name: '*.example.org', ...allowed },
    { name: 'denied.example.org', ports, effect: 'block' as const },
  ];
  expect(reaches(names, host, port)).toBe(is);
});
