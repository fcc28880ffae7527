/** A display in memory, with a pointer and a keyboard that belong to the tests alone. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const SCREEN = '1600x1200x24';

export interface Display {
  /** For `DISPLAY`. */
  readonly name: string;
  /** The hand: real input, by XTEST, as far as any program can tell. */
  readonly hand: Hand;
  stop(): Promise<void>;
}

export async function startDisplay(): Promise<Display> {
  const words = ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp', '-noreset'];
  const server = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [number] = await Promise.race([once(server.stdio[3] as Readable, 'data'), failed(server)]);
  const name = `:${String(number).trim()}`;
  // somebody has to say which window has the keyboard, or taking it could not be told from being given it
  const manager = spawn('openbox', { stdio: 'ignore', env: { ...process.env, DISPLAY: name } });
  const hand = new Hand(name);
  await Promise.race([hand.managed(), failed(manager)]);
  return {
    name,
    hand,
    async stop() {
      const closed = Promise.all([once(server, 'close'), once(manager, 'close')]);
      manager.kill();
      server.kill();
      await closed;
    },
  };
}

async function failed(child: ChildProcess): Promise<never> {
  const [what] = await Promise.race([once(child, 'error'), once(child, 'exit')]);
  throw new Error(`${child.spawnfile} does not start: ${what instanceof Error ? what.message : `status ${what}`}`);
}

export interface WindowSeen {
  readonly id: string;
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export class Hand {
  readonly #display: string;

  constructor(display: string) {
    this.#display = display;
  }

  async #tool(...words: (string | number)[]): Promise<string> {
    const { stdout } = await promisify(execFile)('xdotool', words.map(String), {
      env: { ...process.env, DISPLAY: this.#display },
    });
    return stdout;
  }

  /** Visible windows whose title matches. */
  async windows(title: string): Promise<WindowSeen[]> {
    const found = await this.#tool('search', '--onlyvisible', '--name', title).catch(() => ''); // none: status 1
    const ids = found.split('\n').filter((id) => id !== '');
    // one that has gone meanwhile is none
    const seen = await Promise.all(ids.map((id) => this.#describe(id).catch(() => null)));
    return seen.filter((window) => window !== null);
  }

  /** The first visible window whose title matches, by one program only. */
  async window(title: string): Promise<WindowSeen | null> {
    const look = [
      'search',
      '--onlyvisible',
      '--name',
      title,
      'getwindowgeometry',
      '--shell',
      '%1',
      'getwindowname',
      '%1',
    ];
    const seen = await this.#tool(...look).catch(() => ''); // none: status 1
    return seen === '' ? null : readWindow(seen);
  }

  async #describe(id: string): Promise<WindowSeen> {
    return readWindow(await this.#tool('getwindowgeometry', '--shell', id, 'getwindowname', id));
  }

  /** Moves in steps, as a hand does. */
  async moveTo(x: number, y: number): Promise<void> {
    for (const rest of [24, 12, 6, 0]) {
      await this.#tool('mousemove', x - rest, y - rest);
      await delay(15);
    }
  }

  async press(button = 1): Promise<void> {
    await this.#tool('mousedown', button);
  }

  async release(button = 1): Promise<void> {
    await this.#tool('mouseup', button);
  }

  /** As by a click on its title: it comes up and gets the keyboard. */
  async activate(id: string): Promise<void> {
    await this.#tool('windowactivate', '--sync', id);
  }

  /** The window that has the keyboard. */
  async active(): Promise<string> {
    const id = await this.#tool('getactivewindow').catch(() => '');
    return id === '' ? '' : (await this.#tool('getwindowname', id)).trimEnd();
  }

  /** Resolves once there is somebody who manages windows. */
  async managed(): Promise<void> {
    while ((await this.#tool('get_desktop').catch(() => '')) === '') await delay(20);
  }

  async key(...names: string[]): Promise<void> {
    for (const name of names) await this.#tool('key', name);
  }
}

/** As `getwindowgeometry --shell` and then `getwindowname` say it. */
function readWindow(said: string): WindowSeen {
  const field = (name: string) => Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(said)?.[1]);
  const title = said.trimEnd().split('\n').at(-1) ?? '';
  const [x, y, width, height] = [field('X'), field('Y'), field('WIDTH'), field('HEIGHT')];
  return { id: String(field('WINDOW')), title, x, y, width, height };
}
