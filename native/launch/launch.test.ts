import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { type HeldChild, type Program, spawn } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'launch-'));
afterAll(() => rmSync(folder, { recursive: true }));

function held(more: Partial<Program> & { script?: string } = {}): HeldChild {
  const { script = 'exit 0', ...program } = more;
  const child = spawn({
    file: '/bin/sh',
    argv: ['sh', '-c', script],
    env: { PATH: '/bin:/usr/bin' },
    cwd: folder,
    ...program,
  });
  if (!child.ok) throw new Error(child.error.message);
  return child.value;
}

test('the child waits until it is released', async () => {
  const mark = join(folder, 'mark');
  const child = held({ script: `echo $$ > ${mark}` });
  await sleep(200);
  expect(existsSync(mark)).toBe(false);
  expect(readlinkSync(`/proc/${child.pid}/exe`)).toBe(process.execPath);
  expect(await child.release()).toEqual({ ok: true, value: undefined });
  expect(await child.exited).toEqual({ code: 0 });
  expect(readFileSync(mark, 'utf8').trim()).toBe(String(child.pid));
});

test('an aborted child never runs its program, and a late release changes nothing', async () => {
  const mark = join(folder, 'aborted');
  const child = held({ script: `touch ${mark}` });
  child.abort();
  await child.release();
  await child.exited;
  expect(existsSync(mark)).toBe(false);
});

test('a waiting child ends with its parent', async () => {
  const source = `const { spawn } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))});
    const child = spawn({ file: '/bin/true', argv: ['true'], env: {}, cwd: '/' });
    console.log(child.value.pid); process.kill(process.pid, 'SIGKILL');`;
  const pid = await new Promise<number>((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', source], (_error, stdout) => resolve(Number(stdout)));
  });
  expect(pid).toBeGreaterThan(1);
  await expect.poll(() => existsSync(`/proc/${pid}/exe`)).toBe(false);
});

test.each([
  ['a program that does not exist', { file: '/nowhere/at/all' }, { code: 'ENOENT', syscall: 'execve' }],
  ['a file that is no program', { file: '/etc/passwd' }, { code: 'EACCES', syscall: 'execve' }],
  ['a directory that does not exist', { cwd: '/nowhere/at/all' }, { code: 'ENOENT', syscall: 'chdir' }],
])('%s is reported with its errno', async (_name, program, expected) => {
  const child = held(program);
  const released = await child.release();
  expect(released).toMatchObject({ ok: false, error: expected });
  expect(await child.exited).toEqual({ code: 126 });
});

test('the program has 0, 1, 2 and nothing else', async () => {
  const list = join(folder, 'descriptors');
  const child = held({ script: `ls /proc/self/fd > ${list}` });
  await child.release();
  await child.exited;
  // The fourth is the folder that ls itself reads.
  expect(readFileSync(list, 'utf8').trim().split('\n')).toEqual(['0', '1', '2', '3']);
});

test('signals are as a fresh program expects them: nothing blocked, nothing ignored', async () => {
  const status = join(folder, 'status');
  const shell = held({ script: `grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status > ${status}` });
  await shell.release();
  await shell.exited;
  const masks = [...readFileSync(status, 'utf8').matchAll(/^Sig(Blk|Ign).*\t([0-9a-f]+)$/gm)].map((line) => line[2]);
  expect(masks).toEqual(['0000000000000000', '0000000000000000']);
});

test('exit codes and signals are told apart', async () => {
  const failing = held({ script: 'exit 42' });
  await failing.release();
  expect(await failing.exited).toEqual({ code: 42 });
  const killed = held({ script: 'kill -TERM $$' });
  await killed.release();
  expect(await killed.exited).toEqual({ signal: 'SIGTERM' });
});

test('environment, arguments, process group and folder are those asked for', async () => {
  const said = join(folder, 'said');
  const script = `{ env; echo "$0 $1"; pwd; ps -o pgid= -p $$; } > ${said}`;
  const child = held({ argv: ['sh', '-c', script, 'näme', 'a b'], env: { PATH: '/bin:/usr/bin', GREETING: 'grüß=1' } });
  await child.release();
  await child.exited;
  const lines = readFileSync(said, 'utf8').trim().split('\n');
  expect(lines).toContain('GREETING=grüß=1');
  const group = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[2];
  expect(lines.slice(-3).map((line) => line.trim())).toEqual(['näme a b', folder, group]);
});
