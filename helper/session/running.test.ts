import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Mount } from '../../core/policy/tables.ts';
import { readRunning } from './running.ts';

const DISK: Mount[] = [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }];
let proc: string;

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'proc-'));
});

afterEach(() => {
  rmSync(proc, { recursive: true });
});

function give(
  pid: number,
  executable: string,
  words: readonly string[],
  directory: string,
  group = '0::/user.slice\n',
): void {
  const folder = join(proc, String(pid));
  mkdirSync(folder);
  writeFileSync(join(folder, 'status'), `Name:\tx\nPPid:\t9\nUid:\t1000\t1001\t1000\t1000\n`);
  writeFileSync(join(folder, 'cmdline'), words.map((word) => `${word}\0`).join(''));
  writeFileSync(join(folder, 'cgroup'), `1:name=systemd:/x\n${group}`);
  symlinkSync(executable, join(folder, 'exe'));
  symlinkSync(directory, join(folder, 'cwd'));
}

it('says what an interpreter runs, links followed, and what was replaced by a newer version', () => {
  const script = join(proc, 'cli.js');
  writeFileSync(script, '');
  symlinkSync(script, join(proc, 'gemini'));
  give(10, '/usr/bin/node', ['node', '--no-warnings', './gemini', '-p'], proc);
  give(11, '/home/u/.local/share/claude/versions/2.1 (deleted)', ['claude'], '/', '0::/a/openclaw-gateway.service\n');
  give(12, '/usr/bin/python3.11', ['python3', '-m', 'aider'], '/');
  expect(
    readRunning(DISK, proc).map(({ pid, parentPid, uid, sighting }) => ({ pid, parentPid, uid, ...sighting })),
  ).toEqual([
    { pid: 10, parentPid: 9, uid: 1000, executable: '/usr/bin/node', script, module: null, unit: 'user.slice' },
    {
      ...{ pid: 11, parentPid: 9, uid: 1000, executable: '/home/u/.local/share/claude/versions/2.1' },
      ...{ script: null, module: null, unit: 'openclaw-gateway.service' },
    },
    {
      ...{ pid: 12, parentPid: 9, uid: 1000, executable: '/usr/bin/python3.11' },
      ...{ script: null, module: 'aider', unit: 'user.slice' },
    },
  ]);
});

it('follows no links on a filesystem that a user may answer for', () => {
  symlinkSync('/etc/passwd', join(proc, 'linked.js'));
  give(10, '/usr/bin/node', ['node', join(proc, 'linked.js')], '/');
  const fuse: Mount[] = [...DISK, { device: 2, root: '/', mountpoint: proc, type: 'fuse.sshfs' }];
  expect(readRunning(fuse, proc)[0]?.sighting.script).toBe(join(proc, 'linked.js'));
});
