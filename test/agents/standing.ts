/** What results stand on: digests of the product, the starters, the agents' versions, and how agents are set up, played and judged. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, McpServer, Session } from './agent.ts';
import type { Cell } from './cells.ts';
import { normalisedOf } from './normalised.ts';
import { PLACES } from './places.ts';
import { SIDES, type Side } from './run-record.ts';
import type { Task } from './tasks/task.ts';

/** What has no part in how an agent is played: judged is what a run has left, and what an agent's own file comes to counts for its own runs. */
const NO_PART_OF_RUNS = [
  ...['agents/', 'terminal/', 'beyond/', 'skills/', 'own-guest.ts'],
  ...[
    'main.ts',
    'control.ts',
    'runs.ts',
    'dealt.ts',
    'run-files.ts',
    'standing.ts',
    'kept.ts',
    'table.ts',
    'guarded-cell.ts',
  ],
];
const JUDGEMENT = ['judge.ts', 'judge-cell.ts', 'compare.ts', 'home-grants.ts'];
/** Counts for each agent by what of it is about that one. */
const NORMALISED = 'normalised.ts';
/** Of everyday work, whose comparison this is as well. */
const TREE_TAKEN_BY = ['snapshot.ts'];
const COMPARED_BY = ['compare.ts', 'normalised.ts'];
const PRODUCT = ['bpf/build/ringfence.bpf.o', 'helper/main.js', 'cli/main.js'];

/** Folders. */
export type Layout = {
  /** As it is installed in a guest. */
  readonly product: string;
  readonly starters: string;
  /** What plays agents. */
  readonly players: string;
  /** What has everyday work done and compares it. */
  readonly everyday: string;
};

/** As things are when it is asked, not when it was made. */
export class Standing {
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** Of every run of one side. */
  ofSide(side: Side): string {
    const { product, players, everyday } = this.#layout;
    const programs = readdirSync(players, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .filter((path) => ![...NO_PART_OF_RUNS, ...JUDGEMENT, NORMALISED].some((one) => path.startsWith(one)))
      .map((path) => join(players, path))
      .sort();
    const taken = TREE_TAKEN_BY.map((path) => join(everyday, path));
    const files = [...programs, ...taken, join(players, 'installed', 'package-lock.json')];
    return digest(side === 'guarded' ? [...PRODUCT.map((path) => join(product, path)), ...files] : files);
  }

  /** Of one beside that: its task, how its agent is set up for it and has it done, and on the side of the guard its starters. */
  ofRun({ agent, task }: Cell, side: Side): string {
    const { starters, players } = this.#layout;
    const granted = ['base-dev', agent.starter].map((name) => join(starters, `${name}.json`));
    const files = [join(players, 'tasks', task.kind, `${task.name}.yaml`)];
    return digest(side === 'guarded' ? [...granted, ...files] : files, [
      ...setUp(agent, serversOf(task)),
      ...doneBy(agent, task),
      ...waitedFor(agent),
    ]);
  }

  /** Of how an agent is recognised, beside the side of the guard. */
  ofAgent(agent: Agent): string {
    return digest([], setUp(agent, []));
  }

  /** Of a cell that is kept without the runs that it was judged by. */
  ofCell(cell: Cell): string {
    const sides = SIDES.flatMap((side) => [this.ofSide(side), this.ofRun(cell, side)]);
    return this.#judged(cell.agent.name, sides);
  }

  /** Of what is kept of how an agent is recognised. */
  ofStarts(agent: Agent): string {
    return this.#judged(agent.name, [this.ofSide('guarded'), this.ofAgent(agent)]);
  }

  /** Of these cells and their agents as things are now, whatever is changed later. Both throw on others. */
  now(cells: readonly Cell[]): { ofCell: (cell: Cell) => string; ofStarts: (agent: Agent) => string } {
    const ofCells = new Map(cells.map((cell) => [cell, this.ofCell(cell)]));
    const ofStarts = new Map(cells.map(({ agent }) => [agent, this.ofStarts(agent)]));
    return { ofCell: (cell) => known(ofCells.get(cell)), ofStarts: (agent) => known(ofStarts.get(agent)) };
  }

  #judged(agent: string, of: readonly string[]): string {
    const { players, everyday } = this.#layout;
    const judges = JUDGEMENT.map((path) => join(players, path));
    const judgement = digest([...judges, ...COMPARED_BY.map((path) => join(everyday, path))]);
    const differing = normalisedOf(agent).map(({ text, as }) => `${text} ${as}`);
    return shortened(createHash('sha256').update([...of, judgement, ...differing].join(' ')));
  }
}

/** Where the model is, for the digest. */
const MODEL = { url: 'http://127.0.0.1' };
const STARTS: readonly Session[] = ['new', 'resumed', 'nested'];

const serversOf = ({ servers }: Task): McpServer[] =>
  Object.entries(servers).map(([name, [command = '', ...args]]) => ({ name, command, args }));

/** All that an agent's own file says of how it is set up and started. */
function setUp(agent: Agent, servers: readonly McpServer[]): string[] {
  const { name, starter, known = starter, dialects } = agent;
  const starts = STARTS.map((session) => agent.command(PLACES, 'PROMPT', session));
  const parts = [agent.settings(MODEL, dialects[0], servers), agent.environment(MODEL), starts];
  return [name, agent.package, starter, known, dialects[0], ...parts.map((part) => JSON.stringify(part))];
}

/** The tools that it does the task by. */
const doneBy = (agent: Agent, { runs }: Task): string[] =>
  runs.flatMap(({ steps }) =>
    steps.flatMap((step) => ('answer' in step ? [] : [JSON.stringify(agent.call(step, PLACES))])),
  );

/** How it and its tools are waited for, where that is not the usual way. */
const waitedFor = ({ startMs, leftRunning }: Agent): string[] => [
  ...(startMs === undefined ? [] : [`${startMs}`]),
  ...(leftRunning === undefined ? [] : [String(leftRunning.said), JSON.stringify(leftRunning.wait(1))]),
];

function digest(files: readonly string[], texts: readonly string[] = []): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  for (const text of texts) hash.update(`${text}\n`);
  return shortened(hash);
}

function known(digest: string | undefined): string {
  if (digest === undefined) throw new Error('it was not among the cells');
  return digest;
}

const shortened = (hash: ReturnType<typeof createHash>): string => hash.digest('hex').slice(0, 16);
