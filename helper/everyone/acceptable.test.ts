import { expect, test } from 'vitest';
import { acceptableProgram, type Found, type Look, mountOptionsIn } from './acceptable.ts';

const folder: Found = { kind: 'directory', uid: 0, mode: 0o755 };
const program: Found = { kind: 'file', uid: 0, mode: 0o755 };
const MACHINE: Record<string, Found & { readonly to?: string; readonly options?: string[] }> = {
  '/': folder,
  '/usr': folder,
  '/usr/bin': folder,
  '/bin': { kind: 'link', uid: 0, mode: 0o777, to: 'usr/bin' },
  '/usr/bin/rclone': program,
  '/usr/bin/sync-keys': { kind: 'link', uid: 0, mode: 0o777, to: '/opt/keys/run' },
  '/usr/bin/python3': { kind: 'link', uid: 0, mode: 0o777, to: 'python3.13' },
  '/usr/bin/python3.13': program,
  '/usr/bin/mine': { kind: 'link', uid: 1000, mode: 0o777, to: 'rclone' },
  '/usr/bin/tool': { kind: 'link', uid: 0, mode: 0o777, to: 'python3' },
  '/usr/bin/notes': { kind: 'file', uid: 0, mode: 0o644 },
  '/usr/bin/shared': { kind: 'file', uid: 0, mode: 0o775 },
  '/usr/bin/theirs': { kind: 'file', uid: 1000, mode: 0o755 },
  '/usr/bin/a': { kind: 'link', uid: 0, mode: 0o777, to: 'b' },
  '/usr/bin/b': { kind: 'link', uid: 0, mode: 0o777, to: 'a' },
  '/opt': folder,
  '/opt/keys': folder,
  '/opt/keys/run': program,
  '/home': folder,
  '/home/dev': { kind: 'directory', uid: 1000, mode: 0o755 },
  '/home/dev/tool': program,
  '/tmp': { kind: 'directory', uid: 0, mode: 0o1777 },
  '/tmp/tool': program,
  '/media': folder,
  '/media/tool': { ...program, options: ['rw', 'nosuid', 'nodev'] },
};

let looked: string[] = [];
const look: Look = {
  at(path) {
    looked.push(path);
    return MACHINE[path] ?? null;
  },
  link: (path) => MACHINE[path]?.to ?? '',
  mountOptions: (path) => MACHINE[path]?.options ?? ['rw'],
};

test.each([
  ['/usr/bin/rclone', '/usr/bin/rclone'],
  ['/bin/rclone', '/usr/bin/rclone'],
  ['/usr/../usr/./bin//rclone', '/usr/bin/rclone'],
  ['/usr/bin/sync-keys', '/opt/keys/run'],
])('%s is the program %s', (path, real) => {
  expect(acceptableProgram(path, look)).toEqual({ ok: true, value: real });
});

test.each([
  ['/usr/bin/python3', /python3 runs what others write/],
  ['/usr/bin/tool', /python3\.13 runs what others write/],
  ['/usr/bin/mine', /mine can be written by others than root/],
  ['/usr/bin/shared', /shared can be written by others/],
  ['/usr/bin/theirs', /theirs can be written by others/],
  ['/home/dev/tool', /the folder \/home\/dev, in which/],
  ['/tmp/tool', /the folder \/tmp, in which/],
  ['/media/tool', /mounted nosuid/],
  ['/usr/bin/notes', /is no program/],
  ['/usr/bin', /is no program/],
  ['/usr/bin/rclone/x', /is no folder/],
  ['/usr/bin/none', /is not there/],
  ['/usr/bin/a', /in circles/],
  ['/', /is no program/],
])('%s is refused, with a remedy', (path, message) => {
  const found = acceptableProgram(path, look);
  expect(found).toMatchObject({ ok: false, error: { message: expect.stringMatching(message) } });
  expect(found.ok ? '' : found.error.remedy).toMatch(/\.$|\/$/);
});

test('what people keep to themselves is not looked at', () => {
  looked = [];
  acceptableProgram('/home/dev/secret/plans', look);
  expect(looked).toEqual(['/home', '/home/dev']);
});

test('on this machine as well', () => {
  expect(acceptableProgram('/bin/true')).toEqual({ ok: true, value: '/usr/bin/true' });
  expect(acceptableProgram('/bin/sh')).toMatchObject({ ok: false });
  expect(acceptableProgram(process.execPath)).toMatchObject({ ok: false });
  expect(acceptableProgram('/proc/self/exe')).toMatchObject({ ok: false });
});

test('the deepest mount counts, and of two at one place the last', () => {
  const mountinfo = [
    '20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw',
    '21 20 8:2 / /media/stick rw,nosuid - ext4 /dev/sdb rw',
    '22 20 8:3 / /media/other rw,nosuid - ext4 /dev/sdc rw',
    '23 22 8:4 / /media/other ro,nodev - ext4 /dev/sdd ro',
  ].join('\n');
  expect(mountOptionsIn(mountinfo, '/media/stick/tool')).toContain('nosuid');
  expect(mountOptionsIn(mountinfo, '/media/stickers/tool')).toEqual(['rw', 'relatime']);
  expect(mountOptionsIn(mountinfo, '/media/other/tool')).toEqual(['ro', 'nodev']);
});
