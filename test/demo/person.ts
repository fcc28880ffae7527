/**
 * Who is asked in the demo's last act: a person at a screen of their own, with the installed desktop app on it. It is answered by a
 * real pointer: no call, no message, no debugger. Runs as the user, outside of any session; ends with its standard input.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ALLOW_ZONE, ARM_MS, HOLD_MS } from '../../core/protocol/desktop.ts';
import { startDisplay, type WindowSeen } from '../e2e/display.ts';
import { tell } from './story.ts';

const APP = '/opt/ringfence/desktop/ringfence-desktop';
const SHOTS = '/mnt/out/screenshots';
const LOOK_MS = 300;
/** An emulated machine draws and hears slowly: what takes a person so long is held for so much longer. */
const PATIENCE_MS = 700;

interface Mind {
  readonly about: RegExp;
  /** How long the person reads before the hand moves. */
  readonly seconds: number;
  readonly answer: 'allow' | 'deny';
}

/** What the person thinks of what; the first that fits. */
const MINDS: readonly Mind[] = [
  { about: /passport/, seconds: 15, answer: 'allow' },
  { about: /sent\.txt/, seconds: 3, answer: 'deny' },
  { about: /./, seconds: 3, answer: 'allow' },
];

const display = await startDisplay();
const { hand } = display;
let shots = 0;

/** The whole screen as it is now. */
async function photograph(name: string): Promise<void> {
  shots += 1;
  const file = `${SHOTS}/${String(shots).padStart(2, '0')}-${name}.png`;
  await promisify(execFile)('scrot', ['--overwrite', file], { env: { ...process.env, DISPLAY: display.name } });
}

function startApp(): ChildProcess {
  return spawn(APP, [], {
    stdio: 'ignore',
    env: {
      HOME: '/home/dev',
      USER: 'dev',
      LANG: 'C.UTF-8',
      PATH: '/usr/bin:/bin',
      XDG_RUNTIME_DIR: '/run/user/1000',
      DISPLAY: display.name,
    },
  });
}

/** A press at a place of a window, measured from its upper left corner. */
async function click({ x, y }: WindowSeen, right: number, down: number): Promise<void> {
  await hand.moveTo(x + right, y + down);
  await hand.press();
  await delay(PATIENCE_MS / 4);
  await hand.release();
}

/** Where the Allow control is, from the window's upper left corner. */
const allowAt = ({ width, height }: WindowSeen): [number, number] => [
  width - ALLOW_ZONE.right - ALLOW_ZONE.width / 2,
  height - ALLOW_ZONE.bottom - ALLOW_ZONE.height / 2,
];

/** The question that is on screen; its window's frame says which. */
async function question(): Promise<WindowSeen | null> {
  return (await hand.windows(' asks: '))[0] ?? null;
}

async function answer(asked: WindowSeen): Promise<void> {
  const { about, seconds, answer: word } = MINDS.find((mind) => mind.about.test(asked.title)) as Mind;
  tell(`     on screen: ${asked.title}; the person takes ${seconds} s`);
  await delay(Math.max(seconds * 1000, ARM_MS + PATIENCE_MS));
  await photograph(about.source === '.' ? 'asked' : about.source.replace(/\W/g, '-'));
  const [right, down] = allowAt(asked);
  if (word === 'deny') {
    await click(asked, ALLOW_ZONE.right + 100, down);
    return tell('     the person clicks Deny');
  }
  await hand.moveTo(asked.x + right, asked.y + down);
  await hand.press();
  await delay(HOLD_MS + PATIENCE_MS);
  if (seconds > ARM_MS / 100) await photograph('held-to-allow');
  await hand.release();
  tell('     the person holds Allow');
}

/** Answers each question once; a second look is for one that the hand has missed. */
async function attend(isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const asked = await question();
    if (asked !== null) {
      await answer(asked);
      // the window names another question, or goes
      for (const end = Date.now() + 5000; Date.now() < end && (await question())?.title === asked.title; )
        await delay(LOOK_MS);
    }
    await delay(LOOK_MS);
  }
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 240_000; !(await holds()); await delay(LOOK_MS))
    if (Date.now() > end) throw new Error(`${what} did not come`);
}

let over = false;
process.stdin.resume().once('end', () => {
  over = true;
});
await promisify(execFile)('mkdir', ['-p', SHOTS]);
const app = startApp();
await until('the app’s window', async () => (await hand.windows('^Approvals$')).length > 0);
process.stdout.write('at the screen\n');
await attend(() => over);
// what the app shows of it all
const [main] = await hand.windows('^Approvals$');
if (main) {
  await hand.activate(main.id);
  for (const [name, down] of [
    ['agents', 138],
    ['history', 180],
    ['status', 222],
  ] as const) {
    await click(main, 100, down);
    await delay(4000);
    await photograph(name);
  }
}
app.kill('SIGTERM');
await display.stop();
process.exit(0);
