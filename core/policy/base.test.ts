import { expect, test } from 'vitest';
import data from './base.json' with { type: 'json' };
import { baseRules, baseSchema } from './base.ts';
import { compile } from './compile.ts';
import { evaluate } from './evaluate.ts';
import protectedPlaces from './locations.json' with { type: 'json' };
import { loadLocations } from './locations.ts';
import type { Policy } from './rule.ts';
import { policyOf } from './testing/generated-policy.ts';
import { PATH_OPERATIONS } from './vocabulary.ts';

const base: Policy = { ...policyOf([]), paths: baseRules(1) };

function allowed(path: string): string[] {
  return PATH_OPERATIONS.filter((operation) => evaluate(base, [], { operation, path }).verdict === 'allow');
}

test('the data file has its shape', () => {
  expect(baseSchema.parse(data).rules.length).toBe(base.paths.length);
});

test.each([
  '/',
  '/usr/bin/git',
  '/usr/lib/x86_64-linux-gnu/libc.so.6',
  '/lib64/ld-linux-x86-64.so.2',
  '/usr/lib/python3.11/os.py',
  '/usr/share/zoneinfo/UTC',
  '/etc/ld.so.cache',
  '/etc/resolv.conf',
  '/etc/passwd',
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/openssl.cnf',
  '/etc/python3.11/sitecustomize.py',
  '/etc/gitconfig',
  '/etc/default/locale',
  '/sys/devices/system/cpu/online',
  '/sys/fs/cgroup/memory.max',
  '/run/systemd/resolve/stub-resolv.conf',
])('%s may be read and nothing more', (path) => {
  expect(allowed(path)).toEqual(['read']);
});

test.each(['/dev/null', '/dev/urandom', '/dev/tty', '/dev/ptmx'])('%s may be read and written', (path) => {
  expect(allowed(path)).toEqual(['read', 'write']);
});

test.each([
  '/home',
  '/home/u',
  '/home/u/.gitconfig',
  '/root/.bashrc',
  '/tmp/x',
  '/opt',
  '/opt/tool',
  '/etc',
  '/etc/shadow',
  '/etc/sudoers',
  '/etc/machine-id',
  '/etc/environment',
  '/etc/ssl/private',
  '/etc/ssl/private/key.pem',
  '/etc/ssh/ssh_host_ed25519_key',
  '/dev',
  '/dev/sda',
  '/dev/shm/x',
  '/dev/mem',
  '/var/lib/x',
  '/proc/1/environ',
  '/etc/pki/tls/private/key.pem',
  '/usrx',
  '/etc/passwd-',
])('%s stays closed', (path) => {
  expect(allowed(path)).toEqual([]);
});

test('no protected location is opened, in any home', () => {
  for (const { name, path } of [...loadLocations('/root'), ...loadLocations('/home/u')]) {
    const refused = protectedPlaces.locations.find((one) => one.name === name)?.refuses ?? [];
    const opened = (one: string) => allowed(one).filter((operation) => refused.includes(operation));
    expect(opened(path), path).toEqual([]);
    expect(opened(`${path}/x`), path).toEqual([]);
  }
});

test('base rules are silent, come from the base, and cost no byte automata', () => {
  expect(
    base.paths.every(({ silent, effect, origin }) => silent && effect === 'allow' && origin.source === 'base'),
  ).toBe(true);
  const tables = compile(base, [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }]);
  expect(tables.ok && tables.value.matchers.cells.length).toBe(1);
});

test('numbers go on where they are told to', () => {
  expect(baseRules(5).map(({ id }) => id)[0]).toBe(5);
});
