import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Callers } from './callers.ts';

const HOST = 1;
let proc: string;
let callers: Callers;

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'callers-'));
  callers = new Callers(proc, HOST);
  put('app', '');
  for (const pid of [HOST, 77]) {
    const zeros = Array.from({ length: 16 }, () => '0').join(' ');
    put(`${pid}/stat`, `${pid} (a b) c) S 1 77 ${zeros} 4711 0\n`);
    put(`${pid}/status`, `Name:\tx\nTracerPid:\t0\nUid:\t1000\t1000\t1000\t1000\n`);
    put(`${pid}/cmdline`, 'app\0--hidden\0');
    put(`${pid}/environ`, 'HOME=/home/dev\0LANG=C\0');
    link(join(proc, 'app'), `${pid}/exe`);
    link(proc, `${pid}/root`);
    link('mnt:[1]', `${pid}/ns/mnt`);
    link('user:[1]', `${pid}/ns/user`);
  }
});

afterEach(() => rmSync(proc, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(proc, path)), { recursive: true });
  writeFileSync(join(proc, path), text);
}

function link(target: string, path: string): void {
  mkdirSync(dirname(join(proc, path)), { recursive: true });
  rmSync(join(proc, path), { force: true });
  symlinkSync(target, join(proc, path));
}

describe('what /proc says', () => {
  test('of a caller like the host’s own', () => {
    const { dev: device, ino: inode } = statSync(join(proc, 'app'), { bigint: true });
    expect(callers.identity(77)).toEqual({
      ...{ startTicks: '4711', executable: { device, inode }, executablePath: join(proc, 'app') },
      ...{ uids: [1000, 1000, 1000, 1000], tracerPid: 0, seesTheHost: true },
    });
    expect(callers.stamp(77)).toEqual({ startTicks: '4711', executable: { device, inode } });
    expect(callers.start(77)).toEqual({ words: ['app', '--hidden'], environment: ['HOME=/home/dev', 'LANG=C'] });
  });

  test('of one that is traced', () => {
    put('77/status', 'TracerPid:\t12\nUid:\t1000\t1000\t0\t1000\n');
    expect(callers.identity(77)).toMatchObject({ tracerPid: 12, uids: [1000, 1000, 0, 1000] });
  });

  test.each([
    ['mounts', () => link('mnt:[2]', '77/ns/mnt')],
    ['users', () => link('user:[2]', '77/ns/user')],
    ['root directory', () => link(tmpdir(), '77/root')],
  ])('of one with %s of its own', (_what, change) => {
    change();
    expect(callers.identity(77)?.seesTheHost).toBe(false);
  });

  test.each(['stat', 'status', 'exe', 'root', 'ns/mnt', 'ns/user'])('is nothing without %s', (name) => {
    rmSync(join(proc, '77', name));
    expect(callers.identity(77)).toBeNull();
  });

  test('of one whose executable cannot be read is when it started', () => {
    rmSync(join(proc, '77/exe'));
    expect(callers.stamp(77)).toEqual({ startTicks: '4711', executable: null });
    expect(callers.stamp(78)).toBeNull();
  });

  test.each(['cmdline', 'environ'])('is nothing of how it was started without %s', (name) => {
    rmSync(join(proc, '77', name));
    expect(callers.start(77)).toBeNull();
  });
});

describe('of a running process', () => {
  let child: ChildProcess;
  const start = async (environment: Record<string, string>) => {
    child = spawn(
      '/usr/bin/env',
      [
        '-i',
        ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
        'sh',
        '-c',
        'echo; read x',
        '--inspect',
      ],
      { stdio: ['pipe', 'pipe', 'ignore'] },
    );
    if (child.stdout) await once(child.stdout, 'data');
    return child.pid ?? 0;
  };

  afterEach(() => void child.kill('SIGKILL'));

  test('everything is read', async () => {
    const pid = await start({ LD_LIBRARY_PATH: '/nowhere', A: '1' });
    const real = new Callers('/proc', process.pid);
    const shell = realpathSync('/bin/sh');
    expect(real.identity(pid)).toMatchObject({ executablePath: shell, tracerPid: 0, seesTheHost: true });
    expect(real.stamp(pid)?.executable?.inode).toBe(statSync(shell, { bigint: true }).ino);
    expect(real.start(pid)?.words).toContain('--inspect');
    expect(real.start(pid)?.environment).toContain('LD_LIBRARY_PATH=/nowhere');
  });
});
