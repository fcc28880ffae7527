/** The copy that is installed: its fuses, and that nobody gets into it. No Playwright, which could not either. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FuseName, readFuses, SHIPPED_FUSES, TEST_FUSES } from '../../build/electron/fuses.ts';
import { EXECUTABLE, presentRuntime } from '../../build/electron/runtime.ts';
import { STAGE } from '../../build/stage.ts';
import { sampleApproval } from '../../core/protocol/testing/samples.ts';
import { executable, makeWorld, until, type World } from './app.ts';

const SHIPPED = join(STAGE, 'desktop', EXECUTABLE);
const NAMES = Object.keys(SHIPPED_FUSES) as FuseName[];

let world: World;
let started: ChildProcess[] = [];
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const closed = once(child, 'close');
    child.kill();
    await closed;
  }
  started = [];
  await world.end();
});

/** Starts it as a person would. */
function start(
  words: readonly string[] = [],
  more: Record<string, string> = {},
): { child: ChildProcess; said: () => string } {
  const child = spawn(SHIPPED, words, { env: { ...world.environment, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += text));
  return { child, said: () => said };
}

test('the fuses, read back from both copies', async () => {
  expect(await readFuses(SHIPPED, NAMES)).toEqual(SHIPPED_FUSES);
  expect(await readFuses(executable(), NAMES)).toEqual(TEST_FUSES);
  const runtime = presentRuntime();
  expect(existsSync(join(runtime?.shipped ?? '', 'browser_v8_context_snapshot.bin'))).toBe(false);
});

test('it starts, shows its window, and asks', async () => {
  await world.helper.start();
  start();
  await until('the main window', async () => (await world.display.hand.windows('^Approvals$')).length === 1);
  world.helper.emit('approval.asked', sampleApproval(1, 0));
  await until('the prompt', async () => (await world.display.hand.windows('asks: read .*passport.txt')).length === 1);
});

test('it starts without a window when it is told to wait in the background', async () => {
  await world.helper.start({ approvals: [sampleApproval(1, 0)] });
  start(['--background']);
  await until('the prompt', async () => (await world.display.hand.windows('asks: read')).length === 1);
  expect(await world.display.hand.windows('^Approvals$')).toEqual([]);
});

test('it is no Node, has no inspector, and takes no options from the environment', async () => {
  const asNode = start(['--version'], { ELECTRON_RUN_AS_NODE: '1' });
  await once(asNode.child, 'close');
  expect(asNode.child.exitCode).toBe(2);
  expect(asNode.said()).toContain('Ringfence does not start');

  await world.helper.start();
  // a Node that took these options would end over the missing file, and listen for a debugger
  const inspected = start(['--inspect=0'], { NODE_OPTIONS: '--require /nowhere.js' });
  await until('the main window', async () => (await world.display.hand.windows('^Approvals$')).length === 1);
  inspected.child.kill('SIGUSR1'); // opens the inspector of a Node that has one
  await delay(500);
  expect(inspected.said()).not.toContain('Debugger listening');
});
