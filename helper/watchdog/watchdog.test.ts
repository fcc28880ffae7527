import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepRunning, type Watchdog } from './watchdog.ts';

let folder: string;
let watchdog: Watchdog | null;
let began: number[];
let ended: number[];
let trouble: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchdog-'));
  [watchdog, began, ended, trouble] = [null, [], [], []];
});

afterEach(() => {
  watchdog?.stop();
  const pid = watchdog?.pid;
  if (pid) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true });
});

function keep(script: string): Watchdog {
  const program = join(folder, 'watchdog');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  // of this test: what an earlier one started may end only now
  const [starts, ends, complaints] = [began, ended, trouble];
  watchdog = keepRunning(
    { program, pinDirectory: '/pins', onTrouble: (message) => complaints.push(message) },
    (pid) => starts.push(pid),
    (pid) => ends.push(pid),
  );
  return watchdog;
}

test('it is told whom to watch and where the tables are, and is named to the kernel', async () => {
  const { pid } = keep(`echo "$@" > ${folder}/words; exec sleep 60`);
  await vi.waitFor(() => expect(readFileSync(join(folder, 'words'), 'utf8')).toBe(`${process.pid} /pins\n`));
  expect(began).toEqual([pid]);
  expect(ended).toEqual([]);
});

test('one that ends is started again, more and more slowly, and not named any longer', async () => {
  keep('exit 3');
  await vi.waitFor(() => expect(began.length).toBeGreaterThanOrEqual(3), 5000);
  expect(ended.slice(0, 2)).toEqual(began.slice(0, 2));
  expect(trouble[0]).toMatch(/ended \(status 3\); started again in 100 ms/);
  expect(trouble[1]).toMatch(/in 200 ms/);
});

test('a program that is not there is trouble, not an end of the helper', async () => {
  watchdog = keepRunning(
    { program: join(folder, 'none'), pinDirectory: '/pins', onTrouble: (message) => trouble.push(message) },
    () => began.push(0),
    () => {},
  );
  await vi.waitFor(() => expect(trouble[0]).toMatch(/cannot start/));
  expect(began).toEqual([]);
});

test('once it is stopped it is not started again', async () => {
  const kept = keep('exit 0');
  kept.stop();
  await vi.waitFor(() => expect(ended).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(began).toHaveLength(1);
});
