/**
 * Who is asked in the demo's last act: a person at a screen of their own, with the installed desktop app on it. It is answered by a
 * real pointer: no call, no message, no debugger. Runs as the user, outside of any session; ends with its standard input.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ALLOW_ZONE, HOLD_MS } from '../../core/protocol/desktop.ts';
import { showsAllow } from '../e2e/allow-shown.ts';
import { startDisplay, type WindowSeen } from '../e2e/display.ts';
import { tell } from './story.ts';

const APP = '/opt/ringfence/desktop/ringfence-desktop';
const HOME = '/home/dev';
const SHOTS = '/mnt/out/screenshots';
/** Each look starts a program, which an emulated machine is long about. */
const LOOK_MS = 1000;
/** By then an answer has been heard, mostly. */
const HEARD_MS = 2500;
/** The main window's parts, from its upper left corner. */
const TABS = { agents: 138, history: 180, status: 222 } as const;
const TAB_RIGHT = 100;
/** An emulated machine draws and hears slowly: the hand holds so much longer, and looks less often whether Allow can be had. */
const SLOWLY_MS = 1000;
/** Seconds that the hand takes for a step: what moves faster than a window hears is one movement to it. */
const STEP = 0.25;

interface Mind {
  readonly about: RegExp;
  /** How long the person reads before the hand moves, from when the question's window is there. */
  readonly seconds: number;
  readonly answer: 'allow' | 'deny';
}

/** What the person thinks of what; the first that fits. */
const MINDS: readonly Mind[] = [
  { about: /passport/, seconds: 15, answer: 'allow' },
  { about: /sent\.txt/, seconds: 2, answer: 'deny' },
  { about: /./, seconds: 2, answer: 'allow' },
];

const run = promisify(execFile);

const display = await startDisplay();
const { hand } = display;
const environment = {
  HOME,
  USER: 'dev',
  LANG: 'C.UTF-8',
  PATH: '/usr/bin:/bin',
  XDG_RUNTIME_DIR: '/run/user/1000',
  DISPLAY: display.name,
};
const shots: string[] = [];

/** The whole screen as it is now. It is made a PNG of once there is time for it. */
async function photograph(name: string): Promise<void> {
  const file = `${SHOTS}/${String(shots.length + 1).padStart(2, '0')}-${name}`;
  shots.push(file);
  await run('xwd', ['-silent', '-root', '-out', `${file}.xwd`], { env: environment });
}

async function develop(): Promise<void> {
  for (const file of shots) {
    await run('/bin/sh', ['-c', 'xwdtopnm -quiet "$1.xwd" | pnmtopng -quiet > "$1.png"', 'sh', file]);
    rmSync(`${file}.xwd`);
  }
}

function startApp(): ChildProcess {
  return spawn('dbus-run-session', ['--', APP], { stdio: 'ignore', env: environment });
}

/**
 * One movement of the hand to a place of a window, from its upper left corner, and what it does there; as one command, since
 * starting many takes longer than a hold.
 */
async function moveAnd(id: string, x: number, y: number, ...then: readonly (string | number)[]): Promise<void> {
  const way = [40, 30, 20, 12, 6, 0].flatMap((rest) => [
    'mousemove',
    '--window',
    id,
    x - rest,
    y - rest,
    'sleep',
    STEP,
  ]);
  await run('xdotool', [...way, ...then].map(String), { env: environment });
}

async function click({ id }: WindowSeen, right: number, down: number): Promise<void> {
  await moveAnd(id, right, down, 'mousedown', 1, 'sleep', 0.2, 'mouseup', 1);
}

/** The question that is on screen; its window's frame says which. */
async function question(): Promise<WindowSeen | null> {
  return hand.window(' asks: ');
}

/** `known`: it was read before, and the hand has missed. */
async function answer(asked: WindowSeen, known: boolean): Promise<void> {
  const { about, seconds, answer: word } = MINDS.find((mind) => mind.about.test(asked.title)) as Mind;
  if (!known) tell(`     on screen: ${asked.title}; the person reads for ${seconds} s`);
  const read = known ? Promise.resolve() : delay(seconds * 1000);
  let isDrawn = await showsAllow(asked, display.name);
  for (; isDrawn === false; isDrawn = await showsAllow(asked, display.name)) await delay(SLOWLY_MS);
  if (isDrawn === null) return;
  const name = about.source === '.' ? 'asked' : `asked-${about.source.replace(/\W/g, '')}`;
  if (!shots.some((shot) => shot.endsWith(name))) await photograph(name);
  await read;
  const down = asked.height - ALLOW_ZONE.bottom - ALLOW_ZONE.height / 2;
  if (word === 'deny') {
    await click(asked, ALLOW_ZONE.right + 100, down);
    return tell('     the person clicks Deny');
  }
  const right = asked.width - ALLOW_ZONE.right - ALLOW_ZONE.width / 2;
  const held = (HOLD_MS + SLOWLY_MS) / 1000;
  await moveAnd(asked.id, right, down, 'mousedown', 1, 'sleep', held, 'mouseup', 1);
  tell('     the person holds Allow');
}

/** Answers each question; one that is still there a while later has missed the hand, and is answered again. */
async function attend(isOver: () => boolean): Promise<void> {
  let last = '';
  for (; !isOver(); await delay(LOOK_MS)) {
    const asked = await question();
    if (asked === null) {
      last = '';
      continue;
    }
    await answer(asked, asked.title === last);
    last = asked.title;
    await delay(HEARD_MS);
  }
}

async function mainWindow(): Promise<WindowSeen> {
  for (const end = Date.now() + 240_000; Date.now() < end; await delay(LOOK_MS)) {
    const window = await hand.window('^(Approvals|Agents|History|Status)$');
    if (window) return window;
  }
  throw new Error('the app’s window did not come');
}

/** What the app shows of it all. */
async function lookAround(): Promise<void> {
  startApp(); // a second start brings the first one's window up
  const window = await mainWindow();
  for (const [name, down] of Object.entries(TABS)) {
    await click(window, TAB_RIGHT, down);
    await delay(8000);
    await photograph(name);
  }
}

mkdirSync(SHOTS, { recursive: true });
mkdirSync(`${HOME}/.config/gtk-3.0`, { recursive: true });
// a person who wants things to hold still: an emulated machine would do little else than draw
writeFileSync(`${HOME}/.config/gtk-3.0/settings.ini`, '[Settings]\ngtk-enable-animations=0\n');
let over = false;
process.stdin.resume().once('end', () => {
  over = true;
});
const app = startApp();
const first = await mainWindow();
await delay(2000);
await photograph('nothing-waiting');
// closed, it goes on in the tray
await run('xdotool', ['windowactivate', '--sync', first.id, 'key', 'alt+F4'], { env: environment });
process.stdout.write('at the screen\n');
await attend(() => over);
await lookAround();
await develop();
app.kill('SIGTERM');
await display.stop();
process.exit(0);
