import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CAGE, ROOT, SESSION_PROXY } from '../entry-points.ts';
import { launchProxy } from './proxy-process.ts';

const PROBE = join(import.meta.dirname, 'testing/probe.ts');
const PATIENCE_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'cage-'));
const secret = join(folder, 'secret');
writeFileSync(secret, 'of somebody else', { mode: 0o644 });
const local = createServer().listen('\0ringfence-proxy-probe');
afterAll(() => {
  local.close();
  rmSync(folder, { recursive: true });
});

/** What the probe said; if it could say nothing, the signal that ended it. */
async function attempt(deed: string, how: 'free' | 'confined'): Promise<string> {
  const child = launchProxy({ program: PROBE, user: null });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
    child.stdin.end();
    child.kill('SIGTERM');
  });
  child.stdin.write(`${how} ${deed}\n`);
  const [, signal] = await once(child, 'close');
  return said === '' ? signal : said.trim();
}

test.each(['compute', 'connect', 'lookup'])(
  'a confined proxy can still %s',
  async (deed) => {
    expect(await attempt(deed, 'confined')).toBe('done');
  },
  PATIENCE_MS,
);

test.each([
  ['listen-again', 'SIGSYS'],
  ['listen-by-datagram', 'SIGSYS'],
  ['connect-unix', 'EAFNOSUPPORT'],
])(
  '%s: it could before, then it is %s',
  async (deed, end) => {
    expect(await attempt(deed, 'free')).toBe('done');
    expect(await attempt(deed, 'confined')).toBe(end);
  },
  PATIENCE_MS,
);

/** Queues of the event loop that the kernel works off by itself, past any filter of calls. */
const queuesOf = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`).filter((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).includes('io_uring'));

test(
  'it has no io_uring, which others have',
  async () => {
    const child = launchProxy({ program: PROBE, user: null });
    const other = spawn(process.execPath, [PROBE]);
    for (const one of [child, other]) {
      one.stdin.write('free compute\n');
      await once(one.stdout, 'data');
    }
    expect(queuesOf(child.pid ?? 0)).toEqual([]);
    if (hasIoUring()) expect(queuesOf(other.pid ?? 0)).not.toEqual([]);
    for (const one of [child, other]) one.kill('SIGKILL');
  },
  PATIENCE_MS,
);

/** A machine may have it switched off for all. */
function hasIoUring(): boolean {
  const setting = '/proc/sys/kernel/io_uring_disabled';
  return !existsSync(setting) || readFileSync(setting, 'utf8').trim() === '0';
}

/** The values of a field in the status of each of its threads. */
function ofThreads(pid: number, field: string): string[] {
  return readdirSync(`/proc/${pid}/task`).map(
    (thread) =>
      new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'))?.[1] ??
      '',
  );
}

test(
  'the proxy itself is confined on each thread before it says where it listens',
  async () => {
    const child = launchProxy({ program: SESSION_PROXY, user: null });
    child.stdin.write(`${JSON.stringify({ kind: 'listen', port: 0, authorization: 'Basic x' })}\n`);
    await once(child.stdout, 'data');
    const filters = ofThreads(child.pid ?? 0, 'Seccomp_filters').map(Number);
    const own = ofThreads(process.pid, 'Seccomp_filters').map(Number);
    expect(filters.length).toBeGreaterThan(1);
    // one that it was started with, one of its own
    expect([...new Set(filters)]).toEqual([(own[0] ?? 0) + 2]);
    expect([...new Set(ofThreads(child.pid ?? 0, 'NoNewPrivs'))]).toEqual(['1']);
    child.kill('SIGKILL');
    await once(child, 'close');
  },
  PATIENCE_MS,
);

/** Runs a program of the system in the cage, or without it. */
function run(caged: boolean, ...words: string[]): string {
  const [program = '', ...rest] = caged ? [CAGE, ROOT, ...words] : words;
  const { status, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
  return status === 0 ? 'done' : stderr;
}

test('of files it reads what libc needs, and writes none', () => {
  expect(run(false, '/bin/cat', secret)).toBe('done');
  expect(run(true, '/bin/cat', secret)).toContain('Permission denied');
  expect(run(true, '/bin/cat', '/etc/hosts')).toBe('done');
  expect(run(false, '/bin/cp', '/etc/hosts', join(folder, 'free'))).toBe('done');
  expect(run(true, '/bin/cp', '/etc/hosts', join(folder, 'caged'))).toContain('Permission denied');
  expect(run(true, '/bin/ls', folder)).toContain('Permission denied');
});

test('it ends with who started it, even while it is stopped', async () => {
  const script = `require('child_process').spawn(${JSON.stringify(CAGE)}, ${JSON.stringify([ROOT, '/bin/sleep', '600'])}, {stdio: 'ignore'});`;
  const starter = spawn(process.execPath, ['-e', `${script} console.log('ready'); setInterval(() => {}, 1000)`]);
  await once(starter.stdout, 'data');
  const children = `/proc/${starter.pid}/task/${starter.pid}/children`;
  await expect.poll(() => commandOf(Number(readFileSync(children, 'utf8').trim()))).toContain('sleep');
  const pid = Number(readFileSync(children, 'utf8').trim());
  process.kill(pid, 'SIGSTOP');
  starter.kill('SIGKILL');
  await expect.poll(() => commandOf(pid)).not.toContain('sleep');
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
  } catch {
    return '';
  }
}
