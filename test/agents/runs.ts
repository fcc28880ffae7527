/** Runs of agents in guests. One that was made with the same product, the same agent and the same task is not made again. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { ROOT } from '../../build/root.ts';
import { bootGuest } from '../vm/boot-guest.ts';
import { STAGE } from '../vm/checkout.ts';
import type { Kernel } from '../vm/kernel-package.ts';
import type { Agent } from './agent.ts';
import { EVERY_AGENT } from './agents/all.ts';
import { type Cell, chosenCells } from './cells.ts';
import { GLOBAL_AGENTS, layOutGlobally } from './global-layout.ts';
import { judgeCell } from './judge-cell.ts';
import type { Made, MadeCell, MadeStarts, OnKernel } from './kept.ts';
import { normalisedOf } from './normalised.ts';
import { type Recognised, type RunRecord, SIDES, type Side } from './run-record.ts';

const CACHE = join(ROOT, '.cache', 'agents', 'runs');
const GUEST_NODE = '/opt/ringfence/runtime/bin/node';
const TIMEOUT_SECONDS = 14_400;

export type Choice = { agent?: string[] | undefined; task?: string[] | undefined };

/** What has no part in how an agent is played: judged is what a run has left, and what agents are set up by counts for their own runs. */
const NO_PART_OF_RUNS = [
  ...['agents/', 'terminal/', 'beyond/', 'own-guest.ts'],
  ...['main.ts', 'control.ts', 'runs.ts', 'kept.ts', 'table.ts', 'guarded-cell.ts'],
];
const JUDGEMENT = ['judge.ts', 'judge-cell.ts', 'compare.ts', 'home-grants.ts'];
/** Counts for each agent by what of it is about that one. */
const NORMALISED = 'normalised.ts';

/** What every run stands on: agents' versions, how they are played, and on the side of the guard the product. */
function fingerprint(side: Side): string {
  const product = ['bpf/build/ringfence.bpf.o', 'helper/main.js', 'cli/main.js'].map((path) => join(STAGE, path));
  const programs = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .filter((path) => ![...NO_PART_OF_RUNS, ...JUDGEMENT, NORMALISED].some((one) => path.startsWith(one)))
    .map((path) => join(import.meta.dirname, path))
    .sort();
  const files = [...programs, join(import.meta.dirname, 'installed', 'package-lock.json')];
  return digest(side === 'guarded' ? [...product, ...files] : files);
}

/** What one stands on beside that: how its agent is set up, its task, and on the side of the guard its starters. */
function fingerprintOf({ agent, task }: Cell, side: Side): string {
  const starters = ['base-dev', agent.starter].map((name) => join(ROOT, 'starters', `${name}.json`));
  const files = [ownFile(agent.name), join(import.meta.dirname, 'tasks', task.kind, `${task.name}.yaml`)];
  return digest(side === 'guarded' ? [...starters, ...files] : files);
}

/** What a result stands on that is kept without the runs that it was judged by. */
function made(agent: string, of: readonly string[]): Made {
  const judgement = digest(JUDGEMENT.map((path) => join(import.meta.dirname, path)));
  const differing = normalisedOf(agent).map(({ text, as }) => `${text} ${as}`);
  const hash = createHash('sha256')
    .update([...of, judgement, ...differing].join(' '))
    .digest('hex');
  const date = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length);
  return { of: hash.slice(0, 16), commit: commitNow(), date };
}

const madeOfCell = (cell: Cell): Made => {
  const of = SIDES.flatMap((side) => [fingerprint(side), fingerprintOf(cell, side)]);
  return made(cell.agent.name, of);
};

const madeOfStarts = ({ name }: Agent): Made => made(name, [fingerprint('guarded'), digest([ownFile(name)])]);

function digest(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

function read<What>(file: string): What | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as What) : null;
}

const ownFile = (agent: string): string => join(import.meta.dirname, 'agents', `${agent}.ts`);

const keyOf = ({ agent, task }: { agent: string; task: string }): string => `${agent}/${task}`;
const keyOfCell = ({ agent, task }: Cell): string => `${agent.name}/${task.name}`;

/** The runs of one side on one kernel, each in a file of its own. */
class Runs {
  readonly #files = new Map<string, string>();

  /** Names files by what the runs stand on now: what is changed while they are made does not count for them. */
  constructor(kernel: Kernel, side: Side, cells: readonly Cell[]) {
    const folder = join(CACHE, `${kernel}-${side}-${fingerprint(side)}`);
    mkdirSync(folder, { recursive: true });
    for (const cell of cells) {
      const { name } = cell.agent;
      this.#files.set(keyOfCell(cell), join(folder, `${name}-${cell.task.name}-${fingerprintOf(cell, side)}.json`));
      this.#files.set(name, join(folder, `${name}-${digest([ownFile(name)])}.json`));
    }
  }

  /** Null: it has not come to its end. */
  of(cell: Cell): RunRecord | null {
    return read<RunRecord>(this.#fileOf(keyOfCell(cell)));
  }

  keep(cell: Cell, run: RunRecord): void {
    writeFileSync(this.#fileOf(keyOfCell(cell)), `${JSON.stringify(run)}\n`);
  }

  /** Null: nobody has tried. */
  recognised(agent: Agent): Recognised | null {
    return read<Recognised>(this.#fileOf(agent.name));
  }

  keepRecognised(agent: Agent, found: Recognised): void {
    writeFileSync(this.#fileOf(agent.name), `${JSON.stringify(found)}\n`);
  }

  #fileOf(key: string): string {
    const file = this.#files.get(key);
    if (file === undefined) throw new Error(`nobody wanted ${key}`);
    return file;
  }
}

type How = {
  /** Cells that failed are tried again. */
  readonly retry: boolean;
  /** One guest after the other, not both at once: for a machine that has something else to do. */
  readonly inTurn: boolean;
  /** Those that are played now. */
  readonly sides: readonly Side[];
  /** Results of before, which count if all that they stand on is as it was. */
  readonly kept: OnKernel | undefined;
  /** Is called with all that is known whenever a cell has come to its end: what follows may never. */
  readonly onFound: (found: OnKernel) => void;
};

/** What has come to its end, made now or before; `missing`: the others. */
export type Found = OnKernel & { readonly missing: readonly Cell[] };

/** Every chosen cell. */
export async function agentsOn(
  kernel: Kernel,
  choice: Choice,
  { retry, inTurn, sides, kept, onFound }: How,
): Promise<Found> {
  layOutGlobally(EVERY_AGENT);
  const cells = chosenCells(EVERY_AGENT, choice);
  const agents = [...new Set(cells.map(({ agent }) => agent))];
  const runs = { free: new Runs(kernel, 'free', cells), guarded: new Runs(kernel, 'guarded', cells) };
  const standing = new Map(cells.map((cell) => [keyOfCell(cell), madeOfCell(cell)]));
  const keptOf = (cell: Cell): MadeCell | null => {
    const one = kept?.cells.find((each) => keyOf(each) === keyOfCell(cell));
    return one?.made.of === standing.get(keyOfCell(cell))?.of ? (one ?? null) : null;
  };
  const judged = (cell: Cell): MadeCell | null => {
    const free = runs.free.of(cell);
    const guarded = runs.guarded.of(cell);
    const madeOf = standing.get(keyOfCell(cell));
    return free && guarded && madeOf ? { ...judgeCell(cell.agent, cell.task, free, guarded), made: madeOf } : null;
  };
  const known = new Map(cells.map((cell) => [keyOfCell(cell), judged(cell) ?? keptOf(cell)]));
  const again = new Set(
    retry ? [...known].filter(([, one]) => one && one.failures.length > 0).map(([key]) => key) : [],
  );
  const startsOf = (agent: Agent): MadeStarts | null => {
    const now = madeOfStarts(agent);
    const found = runs.guarded.recognised(agent);
    const before = kept?.recognised.find((each) => each.agent === agent.name && each.made.of === now.of);
    return found ? { ...found, made: now } : (before ?? null);
  };
  const startsKnown = agents.filter((agent) => startsOf(agent) !== null).map(({ name }) => name);
  const soFar = (): OnKernel => ({
    kernel,
    cells: cells.flatMap((cell) => known.get(keyOfCell(cell)) ?? []),
    recognised: agents.flatMap((agent) => startsOf(agent) ?? []),
  });
  const make = async (side: Side): Promise<void> => {
    const isMade = (cell: Cell) => known.get(keyOfCell(cell)) !== null || runs[side].of(cell) !== null;
    const done = cells.filter((cell) => isMade(cell) && !again.has(keyOfCell(cell))).map(keyOfCell);
    const areStartsKnown = side === 'free' || startsKnown.length === agents.length;
    if (done.length === cells.length && areStartsKnown) return;
    await inGuest(kernel, side, choice, [...done, ...startsKnown], {
      run: (run: RunRecord) => {
        const cell = cells.find((each) => keyOfCell(each) === keyOf(run));
        if (cell === undefined) throw new Error(`nobody wanted ${keyOf(run)}`);
        runs[side].keep(cell, run);
        const found = judged(cell);
        if (found === null) return;
        known.set(keyOf(run), found);
        process.stderr.write(`[${kernel}] ${inShort(found)}\n`);
        onFound(soFar());
      },
      recognised: (found: Recognised) => {
        const agent = agents.find(({ name }) => name === found.agent);
        if (agent !== undefined) runs.guarded.keepRecognised(agent, found);
      },
    });
  };
  if (inTurn) for (const side of sides) await make(side);
  else await Promise.all(sides.map(make));
  return { ...soFar(), missing: cells.filter((cell) => known.get(keyOfCell(cell)) === null) };
}

const inShort = ({ agent, task, failures, seconds }: MadeCell): string =>
  `${agent} ${task}: ${failures.length === 0 ? 'ok' : failures.join('; ')} (${seconds.join(' and ')} s)`;

async function inGuest(
  kernel: Kernel,
  side: Side,
  { agent = [], task = [] }: Choice,
  done: readonly string[],
  on: { readonly run: (run: RunRecord) => void; readonly recognised: (found: Recognised) => void },
): Promise<void> {
  const words = (option: string, all: readonly string[]) => all.flatMap((one) => [option, one]);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const guest = await bootGuest({
    kernel,
    command: [
      ...[GUEST_NODE, join(import.meta.dirname, 'guest.ts'), '--side', side, '--modules', GLOBAL_AGENTS],
      ...[...words('--agent', agent), ...words('--task', task), ...words('--done', done)],
    ],
    user: 'root',
    product: side === 'guarded',
    timeoutSeconds: TIMEOUT_SECONDS,
    console: join(CACHE, `console-${kernel}-${side}.log`),
    onOutput: (stream, chunk) => {
      if (stream === 'stderr')
        return void process.stderr.write(chunk.toString().replace(/^(?=.)/gm, `[${kernel} ${side}] `));
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [, kind, found = ''] = /^(run|recognised) (.*)$/.exec(line) ?? [];
        if (kind === 'run') on.run(JSON.parse(found) as RunRecord);
        if (kind === 'recognised') on.recognised(JSON.parse(found) as Recognised);
      }
    },
  });
  if (guest.exitCode !== 0)
    throw new Error(`the agents' ${side} runs in the guest ended with status ${guest.exitCode}`);
}

/** Of the commit that is checked out. */
const commitNow = (): string => execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
