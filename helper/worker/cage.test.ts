import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PROBE = join(import.meta.dirname, 'testing/probe.ts');

/** What the probe said; if it could say nothing, the signal that ended it. */
function attempt(deed: string): string | null {
  const { stdout, signal } = spawnSync(process.execPath, [PROBE, deed], { encoding: 'utf8' });
  return stdout === '' ? signal : stdout;
}

test('a confined process still computes', () => {
  expect(attempt('compute')).toBe('done');
});

test.each([
  'read-passwd',
  'read-own-memory',
  'read-source',
  'list-root',
  'stat-passwd',
  'write-file',
  'make-directory',
  'unlink',
])('%s: refused', (deed) => {
  expect(attempt(deed)).toBe('EPERM');
  expect(existsSync('/tmp/ringfence-probe')).toBe(false);
});

// What the filter leaves of each is in the addon's own test; here it is Node that cannot get around it.
test.each(['execute', 'connect-tcp', 'connect-unix', 'listen', 'signal-parent', 'read-in-pool-thread'])(
  '%s: refused or the end',
  (deed) => {
    expect(['EPERM', 'SIGSYS']).toContain(attempt(deed));
  },
);

test('allocate-a-gigabyte: there is none', () => {
  expect(attempt('allocate-a-gigabyte')).toBe('RangeError');
});
