/** The process that plays histories, and the session it has for it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Deed, Outside } from './deed.ts';
import type { Case } from './history.ts';
import { type Names, pathOf, shownAt, type World } from './world.ts';

/** Answers beyond any errno: a child of the session was killed, or the session's own worker. */
export const CHILD_KILLED = 4096;
export const WORKER_KILLED = 4097;

/** What came of a deed. Times are CLOCK_MONOTONIC, nanoseconds. */
export type Outcome = {
  readonly errno: number;
  readonly before: bigint;
  readonly after: bigint;
  /** Whether the deed's first and second path exist after it. */
  readonly exists: readonly [boolean, boolean];
};

export class Conductor {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>) {
    this.#child = child;
    this.#lines = lines;
  }

  /** `label` is given the session's first process before it does anything. */
  static async start(program: string, label: (pid: number) => void): Promise<Conductor> {
    const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!child.stdout) throw new Error('the conductor has no output');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const conductor = new Conductor(child, lines);
    label(Number(await conductor.#line()));
    child.stdin?.write('go\n');
    return conductor;
  }

  /** Plays cases in an empty world. One outcome for each. */
  async play(world: World, cases: readonly Case[]): Promise<Outcome[]> {
    const home = shownAt(world, world.home)[0] ?? '';
    const kept = world.pinned[0]?.at(-1) ?? '';
    const script = [['outside', 'empty', home, kept], ...cases.flatMap(linesOf), ['end']];
    this.#child.stdin?.write(script.map((words) => `${words.join('\t')}\n`).join(''));
    const outcomes: Outcome[] = [];
    for (let line = await this.#line(); line !== 'end'; line = await this.#line()) outcomes.push(read(line));
    return outcomes;
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin?.end();
    await ended;
  }

  async #line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done === true) throw new Error('the conductor has ended');
    return value;
  }
}

function read(line: string): Outcome {
  const [errno = '', before = '', after = '', first = '', second = ''] = line.split('\t');
  return {
    errno: Number(errno),
    before: BigInt(before),
    after: BigInt(after),
    exists: [first === '1', second === '1'],
  };
}

function linesOf({ world, outside, deed }: Case): string[][] {
  return [...outside.map((step) => outsideLine(world, step)), ['session', ...sessionWords(world, deed)]];
}

function hostPath(world: World, names: Names): string {
  const [path] = shownAt(world, names);
  if (path === undefined) throw new Error(`no mount shows ${pathOf(names)}`);
  return path;
}

function outsideLine(world: World, step: Outside): string[] {
  const path = hostPath(world, step.names);
  if (step.kind === 'remove') return ['outside', 'remove', path];
  const target = step.target === undefined ? 'nowhere' : hostPath(world, step.target);
  return ['outside', 'make', step.what, path, target];
}

/** The call that does what the deed is called for. */
const CALLS: Readonly<Record<string, string>> = {
  'rename-directory': 'rename',
  'replace-directory': 'rename',
  'exchange-directories': 'exchange',
  'exchange-mixed': 'exchange',
};

function sessionWords(world: World, deed: Deed): string[] {
  switch (deed.kind) {
    case 'single':
      return [deed.call, hostPath(world, deed.through ?? deed.names)];
    case 'double':
      return [CALLS[deed.call] ?? deed.call, hostPath(world, deed.names), hostPath(world, deed.other)];
    case 'address':
      return [`${deed.call}-address`, deed.address, String(deed.port), deed.protocol];
    case 'send':
      return ['send-bytes', deed.address, String(deed.port), String(deed.bytes)];
    default:
      return [deed.kind];
  }
}
