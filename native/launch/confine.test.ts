import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'confine-'));
const program = join(folder, 'deeds');

beforeAll(() => {
  const sources = ['confine.cc', 'filter.cc', 'testing/deeds.cc'].map((file) => join(import.meta.dirname, file));
  execFileSync('g++', ['-std=c++20', '-D_GNU_SOURCE', ...sources, '-o', program]);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** What the program printed, or the signal that ended it. */
function attempt(deed: string, how: 'free' | 'confined' | 'connected'): string {
  const { stdout, stderr, signal } = spawnSync(program, [deed, how], { encoding: 'utf8' });
  return signal ?? `${stdout}${stderr}`.trim();
}

test.each(['open', 'openat', 'creat', 'unlink', 'socketpair', 'open-in-other-thread'])('%s is refused', (deed) => {
  expect(attempt(deed, 'free')).toBe('ok');
  expect(attempt(deed, 'confined')).toBe('EPERM');
});

test.each([
  'socket',
  'ptrace',
  'kill',
  'tgkill',
  'fork',
  'clone',
  'process_vm_readv',
  'pidfd_open',
  'memfd_create',
  'unshare',
])('%s is the end', (deed) => {
  // Not everyone may do these even freely; then there is nothing to compare.
  expect(['ok', 'EPERM']).toContain(attempt(deed, 'free'));
  expect(attempt(deed, 'confined')).toBe('SIGSYS');
});

test('bpf is the end', () => {
  expect(attempt('bpf', 'confined')).toBe('SIGSYS');
});

test('a new program is the end', () => {
  expect(attempt('execve', 'free')).toBe('');
  expect(attempt('execve', 'confined')).toBe('SIGSYS');
});

test('clone3 does not exist, so that libc falls back to what can be judged', () => {
  expect(attempt('clone3', 'free')).toBe('ok');
  expect(attempt('clone3', 'confined')).toBe('ENOSYS');
});

test('there is only so much memory', () => {
  expect(attempt('allocate', 'free')).toBe('ok');
  expect(attempt('allocate', 'confined')).toBe('ENOMEM');
});

test.each(['write', 'tgkill-itself'])('%s still works', (deed) => {
  expect(attempt(deed, 'confined')).toBe('ok');
});

test.each([
  'socket-unix',
  'socket-netlink',
  'socket-packet',
  'socket-vsock',
  'socket-alg',
  'socket-raw',
  'socket-ping',
  'socket-mptcp',
])('confined to connections there is no %s', (deed) => {
  // Not every machine has all of these, nor may everyone; the filter answers before either is asked.
  expect(attempt(deed, 'free')).not.toBe('SIGSYS');
  expect(attempt(deed, 'connected')).toBe('EAFNOSUPPORT');
});

test.each([
  'open-to-write',
  'open-to-truncate',
  'open-to-create',
  'open-path',
  'creat',
  'unlink',
  'socketpair',
  'map-code',
  'make-code',
  'outlive-parent',
  'set-limit',
  'own-signals',
  'duplicate',
  'ask-for-routes',
])('confined to connections %s is refused', (deed) => {
  expect(attempt(deed, 'free')).toBe('ok');
  expect(attempt(deed, 'connected')).toBe('EPERM');
});

test.each(['bind', 'listen', 'kill', 'tgkill', 'fork', 'clone', 'memfd_create', 'process_vm_readv', 'pidfd_open'])(
  'confined to connections %s is the end',
  (deed) => {
    expect(['ok', 'EPERM']).toContain(attempt(deed, 'free'));
    expect(attempt(deed, 'connected')).toBe('SIGSYS');
  },
);

test('confined to connections a new program is the end', () => {
  expect(attempt('execve', 'connected')).toBe('SIGSYS');
});

test.each([
  'socket-tcp',
  'socket-tcp6',
  'socket-udp',
  'connect',
  'open',
  'write',
  'map-data',
  'make-data',
  'name-thread',
  'start-thread',
  'look-at-limit',
  'not-block',
  'count-bytes',
  'tgkill-itself',
])('confined to connections %s still works', (deed) => {
  expect(attempt(deed, 'connected')).toBe('ok');
});
