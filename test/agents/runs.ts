/** Runs of agents in guests. One that was made with the same product, the same agent and the same task is not made again. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { ROOT } from '../../build/root.ts';
import { bootGuest } from '../vm/boot-guest.ts';
import { STAGE } from '../vm/checkout.ts';
import type { Kernel } from '../vm/kernel-package.ts';
import type { Agent } from './agent.ts';
import { EVERY_AGENT } from './agents/all.ts';
import { type Cell, chosenCells } from './cells.ts';
import { dealt, eachOf } from './dealt.ts';
import { GLOBAL_AGENTS, layOutGlobally } from './global-layout.ts';
import { judgeCell } from './judge-cell.ts';
import { type Made, type MadeCell, type MadeStarts, type OnKernel, standing } from './kept.ts';
import { RunFiles } from './run-files.ts';
import type { Recognised, RunRecord, Side } from './run-record.ts';
import { Standing } from './standing.ts';

const CACHE = join(ROOT, '.cache', 'agents', 'runs');
const GUEST_NODE = '/opt/ringfence/runtime/bin/node';
/** Each is emulated by one processor. */
const GUESTS_AT_ONCE = 2;
const TIMEOUT_SECONDS = 14_400;
const STANDING = new Standing({
  ...{ product: STAGE, starters: join(ROOT, 'starters') },
  ...{ players: import.meta.dirname, everyday: join(import.meta.dirname, '..', 'benign') },
});

export type Choice = { agent?: string[] | undefined; task?: string[] | undefined };

const keyOf = ({ agent, task }: { agent: string; task: string }): string => `${agent}/${task}`;
const nameOf = ({ agent, task }: Cell) => ({ agent: agent.name, task: task.name });
const keyOfCell = (cell: Cell): string => keyOf(nameOf(cell));

type How = {
  /** Cells that failed are tried again. */
  readonly retry: boolean;
  /** One guest after the other, not two at once: for a machine that has something else to do. */
  readonly inTurn: boolean;
  /** How many share the agents: each has them in guests of its own. */
  readonly parts: number;
  /** Seconds that an agent takes for one of its tasks, about. */
  readonly lengthOf: (cell: { agent: string; task: string }) => number;
  /** Those that are played now. */
  readonly sides: readonly Side[];
  /** Results of before, which count if all that they stand on is as it was. */
  readonly kept: OnKernel | undefined;
  /** Is called with all that is known whenever a cell has come to its end: what follows may never. */
  readonly onFound: (found: OnKernel) => void;
};

/** What has come to its end, made now or before; `missing`: the others. */
export type Found = OnKernel & { readonly missing: readonly Cell[] };

/** What of them was kept, and has not to be made again; `missing`: the others. */
export function keptOf(kept: OnKernel, choice: Choice): Found {
  const cells = new Map(chosenCells(EVERY_AGENT, choice).map((cell) => [keyOfCell(cell), cell]));
  const ofCell = (one: MadeCell): string | null => {
    const cell = cells.get(keyOf(one));
    return cell === undefined ? null : STANDING.ofCell(cell);
  };
  const agents = new Map([...cells.values()].map(({ agent }) => [agent.name, agent]));
  const ofStarts = (name: string): string | null => {
    const agent = agents.get(name);
    return agent === undefined ? null : STANDING.ofStarts(agent);
  };
  const now = standing(kept, { ofCell, ofStarts });
  const there = new Set(now.cells.map(keyOf));
  return {
    ...now,
    missing: [...cells].filter(([key]) => !there.has(key)).map(([, cell]) => cell),
  };
}

/** Every chosen cell. */
export async function agentsOn(
  kernel: Kernel,
  choice: Choice,
  { retry, inTurn, parts, lengthOf, sides, kept, onFound }: How,
): Promise<Found> {
  layOutGlobally(EVERY_AGENT);
  const cells = chosenCells(EVERY_AGENT, choice);
  const agents = [...new Set(cells.map(({ agent }) => agent))];
  const filesOf = (side: Side) => new RunFiles(CACHE, kernel, side, cells, STANDING);
  const runs = { free: filesOf('free'), guarded: filesOf('guarded') };
  const now = STANDING.now(cells);
  const before = kept && keptOf(kept, choice);
  const judged = (cell: Cell): MadeCell | null => {
    const free = runs.free.of(cell);
    const guarded = runs.guarded.of(cell);
    if (free === null || guarded === null) return null;
    return { ...judgeCell(cell.agent, cell.task, free, guarded), made: made(now.ofCell(cell)) };
  };
  const keptBefore = (cell: Cell): MadeCell | null =>
    before?.cells.find((one) => keyOf(one) === keyOfCell(cell)) ?? null;
  const known = new Map(cells.map((cell) => [keyOfCell(cell), judged(cell) ?? keptBefore(cell)]));
  const again = new Set(
    retry ? [...known].filter(([, one]) => one && one.failures.length > 0).map(([key]) => key) : [],
  );
  const startsOf = (agent: Agent): MadeStarts | null => {
    const found = runs.guarded.recognised(agent);
    if (found !== null) return { ...found, made: made(now.ofStarts(agent)) };
    return before?.recognised.find((one) => one.agent === agent.name) ?? null;
  };
  const startsKnown = agents.filter((agent) => startsOf(agent) !== null).map(({ name }) => name);
  const soFar = (): OnKernel => ({
    kernel,
    cells: cells.flatMap((cell) => known.get(keyOfCell(cell)) ?? []),
    recognised: agents.flatMap((agent) => startsOf(agent) ?? []),
  });
  const make = async ({ side, players, name }: Sitting): Promise<void> => {
    const wanted = cells.filter(({ agent }) => players.includes(agent));
    const isMade = (cell: Cell) => known.get(keyOfCell(cell)) !== null || runs[side].of(cell) !== null;
    const done = wanted.filter((cell) => isMade(cell) && !again.has(keyOfCell(cell))).map(keyOfCell);
    const areStartsKnown = side === 'free' || players.every((agent) => startsKnown.includes(agent.name));
    if (done.length === wanted.length && areStartsKnown) return;
    const chosen = { agent: players.map((agent) => agent.name), task: choice.task, done: [...done, ...startsKnown] };
    await inGuest({ kernel, side, name }, chosen, {
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
  const takes = (agent: Agent) =>
    cells.filter((cell) => cell.agent === agent).reduce((sum, { task }) => sum + lengthOf(nameOf({ agent, task })), 0);
  // what takes longest begins first: the guard takes time
  const sittings = dealt(agents, takes, parts).flatMap((players, index) =>
    sides.toReversed().map((side) => ({ side, players, name: `${kernel}-${side}-${index + 1}` })),
  );
  await eachOf(sittings, inTurn ? 1 : GUESTS_AT_ONCE, make);
  return { ...soFar(), missing: cells.filter((cell) => known.get(keyOfCell(cell)) === null) };
}

const inShort = ({ agent, task, failures, seconds }: MadeCell): string =>
  `${agent} ${task}: ${failures.length === 0 ? 'ok' : failures.join('; ')} (${seconds.join(' and ')} s)`;

type Sitting = { readonly side: Side; readonly players: readonly Agent[]; readonly name: string };

async function inGuest(
  { kernel, side, name }: { readonly kernel: Kernel; readonly side: Side; readonly name: string },
  { agent, task = [], done }: Choice & { readonly agent: string[]; readonly done: readonly string[] },
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
    console: join(CACHE, `console-${name}.log`),
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

/** With the commit that is checked out. */
function made(of: string): Made {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  return { of, commit, date: new Date().toISOString().slice(0, 'YYYY-MM-DD'.length) };
}
