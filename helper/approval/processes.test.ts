import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NOT_OF_THE_HOST, Processes } from './processes.ts';

const START_NS = 12_340_000_000n;
const START_TICKS = 1234;

let proc: string;
let processes: Processes;

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'proc-'));
  processes = new Processes(proc);
});

afterEach(() => rmSync(proc, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(proc, path)), { recursive: true });
  writeFileSync(join(proc, path), text);
}

/** A stat line as the kernel writes it; the name may hold what looks like fields. */
function stat(pid: number, change: { state?: string; parent?: number; group?: number; ticks?: number } = {}): void {
  const { state = 'S', parent = 1, group = pid, ticks = START_TICKS } = change;
  const zeros = Array.from({ length: 16 }, () => '0').join(' ');
  put(`${pid}/stat`, `${pid} (a) Z 1 (b) ${state} ${parent} ${group} ${zeros} ${ticks} 0\n`);
}

describe('lives', () => {
  test('by pid and start', () => {
    stat(10);
    expect(processes.lives({ pid: 10, startNs: START_NS })).toBe(true);
    expect(processes.lives({ pid: 10, startNs: START_NS + 10_000_000n })).toBe(false);
    expect(processes.lives({ pid: 11, startNs: START_NS })).toBe(false);
  });

  test.each(['Z', 'X'])('not as %s', (state) => {
    stat(10, { state });
    expect(processes.lives({ pid: 10, startNs: START_NS })).toBe(false);
  });

  test('without its first thread as long as another lives', () => {
    stat(10, { state: 'Z' });
    put('10/task/10/stat', readFileSync(join(proc, '10/stat'), 'utf8'));
    expect(processes.lives({ pid: 10, startNs: START_NS })).toBe(false);
    put('10/task/11/stat', '11 (b) T 1 10 0\n');
    expect(processes.lives({ pid: 10, startNs: START_NS })).toBe(true);
  });

  test('stopped it does', () => {
    stat(10, { state: 'T' });
    expect(processes.lives({ pid: 10, startNs: START_NS })).toBe(true);
  });
});

describe('is interrupted', () => {
  const status = (own: string, shared: string) =>
    put('10/task/12/status', `Name:\tx\nSigPnd:\t${own}\nShdPnd:\t${shared}\n`);

  test.each([
    ['SIGINT for the process', '0000000000000000', '0000000000000002'],
    ['SIGTERM for the thread', '0000000000004000', '0000000000000000'],
    ['SIGHUP among others', '0000000000000000', '0000000000010001'],
  ])('%s', (_name, own, shared) => {
    status(own, shared);
    expect(processes.isInterrupted(10, 12)).toBe(true);
  });

  test('not by what programs send themselves: SIGURG, SIGCHLD, SIGALRM', () => {
    status('0000000000400000', '0000000000012000');
    expect(processes.isInterrupted(10, 12)).toBe(false);
  });

  test('not when it is gone', () => expect(processes.isInterrupted(10, 12)).toBe(false));
});

describe('is suspended by the terminal', () => {
  test('with its launcher, in one group', () => {
    stat(20, { state: 'T', group: 20 });
    stat(21, { state: 'T', group: 20 });
    expect(processes.isSuspended(21, 20)).toBe(true);
  });

  test('not while the launcher runs: that is our own stop', () => {
    stat(20, { group: 20 });
    stat(21, { state: 'T', group: 20 });
    expect(processes.isSuspended(21, 20)).toBe(false);
  });

  test('not in another group, and not without a launcher', () => {
    stat(20, { state: 'T', group: 20 });
    stat(21, { state: 'T', group: 21 });
    expect(processes.isSuspended(21, 20)).toBe(false);
    expect(processes.isSuspended(21, null)).toBe(false);
  });
});

describe('ancestors', () => {
  test('nearest first, without the launcher, each by its start', () => {
    stat(20);
    stat(21, { parent: 20, ticks: 5 });
    stat(22, { parent: 21, ticks: 6 });
    stat(23, { parent: 22, ticks: 7 });
    expect(processes.ancestors(23, 20)).toEqual([
      { pid: 22, startNs: 60_000_000n },
      { pid: 21, startNs: 50_000_000n },
    ]);
    expect(processes.ancestors(23, null)).toEqual([]);
  });

  test('stopped or not, and never another process of the same number', () => {
    stat(22, { state: 'T', ticks: 6 });
    expect(processes.isStopped({ pid: 22, startNs: 60_000_000n })).toBe(true);
    expect(processes.isStopped({ pid: 22, startNs: 70_000_000n })).toBe(false);
    stat(22, { state: 'S', ticks: 6 });
    expect(processes.isStopped({ pid: 22, startNs: 60_000_000n })).toBe(false);
  });
});

describe('chain', () => {
  test('from the process up to what the launcher started', () => {
    stat(20);
    stat(21, { parent: 20 });
    stat(22, { parent: 21 });
    for (const [pid, program] of [
      [21, '/usr/bin/node'],
      [22, '/usr/bin/cat'],
    ] as const)
      symlinkSync(program, join(proc, `${pid}/exe`));
    expect(processes.chain(22, 20)).toEqual([
      { pid: 22, executable: '/usr/bin/cat' },
      { pid: 21, executable: '/usr/bin/node' },
    ]);
  });

  test('a program that only the process sees at that place is marked', () => {
    stat(20);
    stat(21, { parent: 20 });
    const real = join(proc, 'git');
    writeFileSync(real, '');
    symlinkSync(real, join(proc, '21/exe'));
    expect(processes.chain(21, 20)).toEqual([{ pid: 21, executable: real }]);
    const other = new Processes(proc, (path) => (path === real ? 'host' : 'seen by the process'));
    expect(other.chain(21, 20)).toEqual([{ pid: 21, executable: `${real} ${NOT_OF_THE_HOST}` }]);
  });

  test('ends somewhere, whatever /proc says', () => {
    stat(30, { parent: 31 });
    stat(31, { parent: 30 });
    expect(processes.chain(30, 1)).toHaveLength(32);
  });

  test('of what is gone is its number', () => {
    expect(processes.chain(40, 20)).toEqual([{ pid: 40, executable: null }]);
  });
});
