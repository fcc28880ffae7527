/** The app under test: a display, a helper, an Electron of its own, and whatever its windows complain about. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { EXECUTABLE, presentRuntime } from '../../build/electron/runtime.ts';
import type { WindowKind } from '../../core/protocol/desktop.ts';
import { type Display, startDisplay } from './display.ts';
import { TestHelper } from './helper.ts';
import { untilAnswered } from './lost-answers.ts';

const IN_TIME_MS = 30_000;
/** Nothing that main is asked takes as long as a third of that. */
const PATIENCE = { answerMs: IN_TIME_MS / 3, timeMs: IN_TIME_MS };

export interface LaunchOptions {
  readonly environment?: Record<string, string>;
  /** Light unless said otherwise. */
  readonly theme?: 'light' | 'dark';
}

export interface World {
  readonly display: Display;
  readonly helper: TestHelper;
  readonly environment: Record<string, string>;
  /** Starts the app; it is ended with the world at the latest. */
  launch(more?: LaunchOptions): Promise<App>;
  /** Starts the executable without Playwright, and says how it ended and what it said. */
  run(words: readonly string[], environment?: Record<string, string>): Promise<{ status: number | null; said: string }>;
  end(): Promise<void>;
}

/** A place where an app can live: its own home, display and helper, which does not run yet. */
export async function makeWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-e2e-'));
  const display = await startDisplay();
  const helper = new TestHelper(folder);
  const environment = environmentIn(folder, display, helper);
  const apps: App[] = [];
  return {
    display,
    helper,
    environment,
    async launch({ environment: more = {}, theme = 'light' } = {}) {
      const app = await launchApp({ ...environment, ...more });
      await app.inMain(({ nativeTheme }, source) => Reflect.set(nativeTheme, 'themeSource', source), theme);
      apps.push(app);
      return app;
    },
    run: (words, more = {}) => runExecutable(words, { ...environment, ...more }),
    async end() {
      for (const app of apps) await app.close();
      await helper.stop();
      await display.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function environmentIn(folder: string, display: Display, helper: TestHelper): Record<string, string> {
  const home = join(folder, 'home');
  const runtime = join(folder, 'run');
  for (const each of [home, runtime]) mkdirSync(each, { mode: 0o700 });
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_RUNTIME_DIR: runtime,
    DISPLAY: display.name,
    // nothing of the person's own session
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/no-bus`,
    RINGFENCE_SOCKET: helper.socketPath,
  };
}

export function executable(): string {
  const runtime = presentRuntime();
  if (runtime === null) throw new Error('there is no Electron');
  return join(runtime.driven, EXECUTABLE);
}

export interface Frame {
  readonly visible: boolean;
  readonly focused: boolean;
  readonly title: string;
  readonly bounds: Electron.Rectangle;
}

/** What a page has of main. */
type BridgedPage = { ringfence: { call(name: string, params: unknown): Promise<unknown> } };

export class App {
  readonly electron: ElectronApplication;
  /** Errors and warnings of every window, and refusals of the page's policy, which Chromium reports as errors. */
  readonly complaints: string[] = [];
  /** Playwright knows it no more once it has ended. */
  readonly #running: ChildProcess;
  #closed = false;

  constructor(electron: ElectronApplication) {
    this.electron = electron;
    this.#running = electron.process();
    for (const page of electron.windows()) this.#watch(page);
    electron.on('window', (page) => this.#watch(page));
    electron.on('close', () => {
      this.#closed = true;
    });
  }

  #watch(page: Page): void {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error.message}`));
  }

  /** The page of a window, once it shows what it is. */
  async window(kind: WindowKind): Promise<Page> {
    return until(`the ${kind} window`, async () => {
      const page = this.electron.windows().find((each) => each.url().endsWith(`#${kind}`));
      if (page === undefined || page.isClosed()) return null;
      await page.locator('h1, [role=alertdialog]').first().waitFor({ state: 'attached' });
      return page;
    });
  }

  /** A call as the page itself would make it. */
  async call(kind: WindowKind, name: string, params: object): Promise<unknown> {
    const page = await this.window(kind);
    return page.evaluate(([word, values]) => (globalThis as never as BridgedPage).ringfence.call(word, values), [
      name,
      params,
    ] as const);
  }

  /** Runs in the main process. To be told apart from what a window can do. */
  async inMain<R, A>(work: (electron: typeof Electron, argument: A) => R | Promise<R>, argument: A): Promise<R> {
    return untilAnswered(() => this.electron.evaluate(work as never, argument), PATIENCE);
  }

  /** Main's word on a window: whether it is on screen, and what its frame says. */
  async frame(kind: WindowKind): Promise<Frame | null> {
    return this.inMain(({ BrowserWindow }, end) => {
      const window = BrowserWindow.getAllWindows().find((each) => each.webContents.getURL().endsWith(end));
      if (!window) return null;
      return {
        visible: window.isVisible(),
        focused: window.isFocused(),
        title: window.getTitle(),
        bounds: window.getContentBounds(),
      };
    }, `#${kind}`);
  }

  /** The prompt is on screen, and its frame says what is asked. */
  async prompted(object: string): Promise<Frame> {
    return until(`the prompt asking about ${object}`, async () => {
      const frame = await this.frame('prompt');
      return frame?.visible && frame.title.includes(object) ? frame : null;
    });
  }

  /** Process ids of pages. */
  async pagePids(): Promise<number[]> {
    const metrics = await this.inMain(({ app }) => app.getAppMetrics(), null);
    return metrics.filter(({ type }) => type === 'Tab').map(({ pid }) => pid);
  }

  /** Quits as a person does. Playwright's own way waits for ever for the context of a page that was killed. @throws when it stays */
  async close(): Promise<void> {
    const running = this.#running;
    if (this.#closed || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    await this.inMain(({ app }) => {
      setImmediate(() => app.quit());
    }, null);
    const timer = setTimeout(() => running.kill('SIGKILL'), IN_TIME_MS);
    const [, signal] = await ended;
    clearTimeout(timer);
    if (signal === 'SIGKILL') throw new Error(`the app was asked to quit and still ran ${IN_TIME_MS / 1000} s later`);
  }

  get isClosed(): boolean {
    return this.#closed;
  }
}

/** Playwright now and then waits for ever for a browser that has long answered: then it is begun again, and said. */
const MOST_LAUNCHES = 3;

async function launchApp(environment: Record<string, string>): Promise<App> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // colours as the app itself has them, not as Playwright would
      const options = { chromiumSandbox: true, colorScheme: null, env: environment, timeout: IN_TIME_MS };
      return new App(await _electron.launch({ executablePath: executable(), ...options }));
    } catch (error) {
      if (attempt === MOST_LAUNCHES || !String(error).includes('Timeout')) throw error;
      console.error('Playwright did not get hold of the app; once more');
    }
  }
}

/** Ends it by its id when it does not end by itself. */
async function runExecutable(
  words: readonly string[],
  env: Record<string, string>,
): Promise<{ status: number | null; said: string }> {
  const child = spawn(executable(), words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), IN_TIME_MS);
  const [status] = await once(child, 'close');
  clearTimeout(timer);
  return { status, said };
}

/** Asks until there is an answer. @throws naming what did not come */
export async function until<T>(what: string, ask: () => Promise<T | null | false | undefined>): Promise<T> {
  const end = performance.now() + IN_TIME_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false && answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${IN_TIME_MS / 1000} s`);
    await delay(50);
  }
}
