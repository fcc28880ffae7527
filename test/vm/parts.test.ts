import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeCpio } from './cpio.ts';
import { secretsBelow } from './secrets.ts';
import { judgeSelfcheck } from './selfcheck.ts';
import { shellWord } from './shell-words.ts';

test('the archive is one that cpio reads', () => {
  const archive = writeCpio([
    { type: 'directory', path: 'd' },
    { type: 'file', path: 'd/f', bytes: Buffer.from('abc'), executable: true },
    { type: 'link', path: 'l', target: 'd/f' },
  ]);
  const listing = execFileSync('cpio', ['-itv', '--quiet'], { input: archive }).toString();
  expect(listing).toMatch(/^drwxr-xr-x.* d\n-rwxr-xr-x.* 3 .* d\/f\nlrwxrwxrwx.* l -> d\/f\n$/);
});

test.each(["it's", '$(id) `id`', 'a\nb', '', '-n', '\\'])('a shell takes %j as it is', (text) => {
  expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`]).toString()).toBe(text);
});

test('what not everyone may read is secret, beside the known places', () => {
  const etc = mkdtempSync(join(tmpdir(), 'vm-etc-'));
  mkdirSync(join(etc, 'closed'));
  for (const [name, mode] of [
    ['open', 0o644],
    ['token', 0o640],
    ['closed/x', 0o644],
  ] as const) {
    writeFileSync(join(etc, name), '');
    chmodSync(join(etc, name), mode);
  }
  chmodSync(join(etc, 'closed'), 0o700);
  const found = secretsBelow(etc);
  rmSync(etc, { recursive: true });
  expect(found).toEqual(expect.arrayContaining(['token', 'closed', 'shadow', 'ssh'].map((name) => join(etc, name))));
  expect(found).not.toContain(join(etc, 'open'));
});

const canaries = { hidden: ['/root/c', '/etc/shadow'], shown: '/s', [Symbol.dispose]: () => undefined };
const GOOD = [
  'release 6.1.0-56',
  'lsm lockdown,bpf',
  'interface lo',
  'passwords none',
  ...['/home', '/workspace', '/tmp'].map((place) => `filesystem ${place} ext4`),
  ...['here', 'again'].flatMap((view) => [`${view} readable /s`, `${view} hidden /root/c`]),
  'here readable /etc/shadow',
  'again hidden /etc/shadow',
].join('\n');
const judge = (output: string) => judgeSelfcheck('6.1', output, canaries, true);

test('a good guest passes its self-check', () => expect(judge(GOOD).checks.filter(({ ok }) => !ok)).toEqual([]));

test.each([
  ['again hidden /root/c', 'again readable /root/c'],
  ['again hidden /etc/shadow', 'again readable /etc/shadow'],
  ['here hidden /root/c', ''],
  ['here readable /s', 'here hidden /s'],
  ['interface lo', 'interface lo\ninterface eth0'],
  ['lockdown,bpf', 'lockdown'],
  ['filesystem /tmp ext4', 'filesystem /tmp tmpfs'],
  ['passwords none', 'passwords some'],
  ['release 6.1.', 'release 6.12.'],
])('a guest with %j -> %j does not', (from, to) => expect(judge(GOOD.replace(from, to)).ok).toBe(false));
