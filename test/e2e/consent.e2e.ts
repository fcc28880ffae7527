/** What it takes to allow: a real hand on the real window. Playwright's own input comes through a debugger and never counts. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ALLOW_ZONE, ARM_MS, HOLD_MS } from '../../core/protocol/desktop.ts';
import { sampleApproval } from '../../core/protocol/testing/samples.ts';
import { showsAllow } from './allow-shown.ts';
import { type App, type Frame, makeWorld, until, type World } from './app.ts';

const ARMED_MS = ARM_MS + 300;
const HELD_MS = HOLD_MS + 300;
/** Long enough for an answer to arrive that shall not. */
const SOON_MS = 300;

let world: World;
let app: App;
let id = 0;

beforeAll(async () => {
  world = await makeWorld();
  await world.helper.start();
  app = await world.launch();
});
afterAll(() => world.end());

beforeEach(async () => {
  await ask();
});
afterEach(async () => {
  for (const waiting of await world.helper.waiting()) await app.call('main', 'answer', { id: waiting, option: 'deny' });
  await promptIsGone();
});

/** A question of its own comes up. */
async function ask(): Promise<Frame> {
  id += 1;
  world.helper.emit('approval.asked', sampleApproval(id, 0, { path: `/home/dev/file-${id}.txt` }));
  return app.prompted(`file-${id}.txt`);
}

async function overAllow(): Promise<void> {
  const { bounds } = await app.prompted('asks:');
  await world.display.hand.moveTo(...placeOfAllow(bounds));
}

function placeOfAllow({ x, y, width, height }: Frame['bounds']): [x: number, y: number] {
  const { right, bottom, width: wide, height: high } = ALLOW_ZONE;
  return [x + width - right - wide / 2, y + height - bottom - high / 2];
}

async function promptIsGone(): Promise<void> {
  await until('the prompt goes', async () => (await app.frame('prompt'))?.visible === false);
}

/** Gives the prompt the keyboard; it arms anew. */
async function giveKeyboard(): Promise<void> {
  const [window] = await world.display.hand.windows('asks:');
  await world.display.hand.activate(window?.id ?? '');
  await delay(ARMED_MS);
}

/** The letters that are drawn for this question. */
async function drawnCode(): Promise<string> {
  const keys = (await app.window('prompt')).locator('.answer-chord kbd');
  return until('two drawn letters', async () => {
    const [first, second] = await keys.allTextContents();
    return /^[A-Z] [A-Z]$/.test(`${first} ${second}`) && `${first}${second}`.toLowerCase();
  });
}

/** Allow looks as if it can be had. */
async function allowIsThere(): Promise<void> {
  const [window] = await world.display.hand.windows('asks:');
  if (window === undefined) throw new Error('no window asks');
  await until('an Allow that can be had', () => showsAllow(window, world.display.name));
}

async function stillWaits(): Promise<void> {
  await delay(SOON_MS);
  expect(await world.helper.waiting()).toEqual([id]);
}

test('a hand that holds Allow and lets go allows', async () => {
  await allowIsThere();
  await overAllow();
  await delay(ARMED_MS);
  await world.display.hand.press();
  await delay(HELD_MS);
  await stillWaits();
  await world.display.hand.release();
  await until('the answer', async () => (await world.helper.waiting()).length === 0);
  const main = await app.window('main');
  await main.getByText(`file-${id}.txt`).first().waitFor();
  await main.getByText('Allowed').first().waitFor();
});

test('Allow looks as if it can be had when it can, and not before', async () => {
  await allowIsThere();
  // seen as soon as it is drawn, it is armed: the hand need not wait any longer
  await overAllow();
  await world.display.hand.press();
  await delay(HELD_MS);
  await world.display.hand.release();
  await until('the answer', async () => (await world.helper.waiting()).length === 0);
});

test('a click does not', async () => {
  await overAllow();
  await delay(ARMED_MS);
  await world.display.hand.press();
  await delay(100);
  await world.display.hand.release();
  await stillWaits();
});

test('a press that was there before the question does not', async () => {
  const { bounds } = await app.prompted('asks:');
  await app.call('main', 'answer', { id, option: 'deny' });
  await promptIsGone();
  await world.display.hand.moveTo(...placeOfAllow(bounds));
  await world.display.hand.press();
  const again = await ask();
  expect(again.bounds, 'the place of the prompt').toEqual(bounds);
  await delay(ARMED_MS + HELD_MS);
  await world.display.hand.release();
  await stillWaits();
});

test('a question that changes under the hand is not allowed by it', async () => {
  await overAllow();
  await delay(ARMED_MS);
  await world.display.hand.press();
  const changed = { path: `/home/dev/file-${id}.txt`, status: { state: 'refused', because: 'timed-out' } };
  world.helper.emit('approval.asked', sampleApproval(id, 0, changed));
  await delay(HELD_MS);
  await world.display.hand.release();
  await stillWaits();
});

test('the drawn letters and Ctrl+Enter allow', async () => {
  await giveKeyboard();
  await world.display.hand.key(...(await drawnCode()), 'ctrl+Return');
  await until('the answer', async () => (await world.helper.waiting()).length === 0);
});

test('other letters, Enter, Space and Ctrl+Enter alone do not', async () => {
  await giveKeyboard();
  const [first = '', second = ''] = await drawnCode();
  for (const keys of [
    ['ctrl+Return'],
    [second, first, 'ctrl+Return'],
    [first, second, 'Return'],
    [first, second, 'space'],
  ]) {
    await world.display.hand.key(...keys);
    await delay(100);
  }
  expect(await world.helper.waiting()).toEqual([id]);
});

test('letters typed before the window was armed do not', async () => {
  const [window] = await world.display.hand.windows('asks:');
  await world.display.hand.activate(window?.id ?? '');
  await world.display.hand.key(...(await drawnCode()), 'ctrl+Return');
  await stillWaits();
});

test('input that a debugger makes up is no hand', async () => {
  await overAllow(); // so that the place of the pointer would do
  await delay(ARMED_MS);
  const page = await app.window('prompt');
  const { bounds } = await app.prompted('asks:');
  const [x, y] = [bounds.width - ALLOW_ZONE.right - 50, bounds.height - ALLOW_ZONE.bottom - 20];
  for (const step of [3, 2, 1, 0]) await page.mouse.move(x - step, y);
  await page.mouse.down();
  await delay(HELD_MS);
  await page.mouse.up();
  // the page has asked for what it took for a hold
  await page.getByText('nobody has held Allow').waitFor();
  await delay(ARMED_MS);
  await page.keyboard.type(await drawnCode());
  await expect.poll(() => page.locator('.answer-chord [data-typed]').count()).toBe(2);
  await page.keyboard.press('Control+Enter');
  await page.getByText('Read first').waitFor(); // main said no, and the question arms anew
  await stillWaits();
});

test('nothing of it was complained about', () => {
  expect(app.complaints).toEqual([]);
});
