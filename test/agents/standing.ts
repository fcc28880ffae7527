/** What results stand on: digests of the product, the starters, the agents' versions, and how agents are set up, played and judged. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell } from './cells.ts';
import { normalisedOf } from './normalised.ts';
import { SIDES, type Side } from './run-record.ts';

/** What has no part in how an agent is played: judged is what a run has left, and what agents are set up by counts for their own runs. */
const NO_PART_OF_RUNS = [
  ...['agents/', 'terminal/', 'beyond/', 'own-guest.ts'],
  ...['main.ts', 'control.ts', 'runs.ts', 'run-files.ts', 'standing.ts', 'kept.ts', 'table.ts', 'guarded-cell.ts'],
];
const JUDGEMENT = ['judge.ts', 'judge-cell.ts', 'compare.ts', 'home-grants.ts'];
/** Counts for each agent by what of it is about that one. */
const NORMALISED = 'normalised.ts';
const PRODUCT = ['bpf/build/ringfence.bpf.o', 'helper/main.js', 'cli/main.js'];

/** Folders: of the product as it is installed in a guest, of the starters, and of what plays agents. */
export type Layout = { readonly product: string; readonly starters: string; readonly players: string };

/** As things are when it is asked, not when it was made. */
export class Standing {
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** Of every run of one side. */
  ofSide(side: Side): string {
    const { product, players } = this.#layout;
    const programs = readdirSync(players, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .filter((path) => ![...NO_PART_OF_RUNS, ...JUDGEMENT, NORMALISED].some((one) => path.startsWith(one)))
      .map((path) => join(players, path))
      .sort();
    const files = [...programs, join(players, 'installed', 'package-lock.json')];
    return digest(side === 'guarded' ? [...PRODUCT.map((path) => join(product, path)), ...files] : files);
  }

  /** Of one beside that: how its agent is set up, its task, and on the side of the guard its starters. */
  ofRun({ agent, task }: Cell, side: Side): string {
    const { starters, players } = this.#layout;
    const granted = ['base-dev', agent.starter].map((name) => join(starters, `${name}.json`));
    const files = [this.#ownFile(agent.name), join(players, 'tasks', task.kind, `${task.name}.yaml`)];
    return digest(side === 'guarded' ? [...granted, ...files] : files);
  }

  /** Of how an agent is recognised, beside the side of the guard. */
  ofAgent(name: string): string {
    return digest([this.#ownFile(name)]);
  }

  /** Of a cell that is kept without the runs that it was judged by. */
  ofCell(cell: Cell): string {
    const sides = SIDES.flatMap((side) => [this.ofSide(side), this.ofRun(cell, side)]);
    return this.#judged(cell.agent.name, sides);
  }

  /** Of what is kept of how an agent is recognised. */
  ofStarts(name: string): string {
    return this.#judged(name, [this.ofSide('guarded'), this.ofAgent(name)]);
  }

  #judged(agent: string, of: readonly string[]): string {
    const judgement = digest(JUDGEMENT.map((path) => join(this.#layout.players, path)));
    const differing = normalisedOf(agent).map(({ text, as }) => `${text} ${as}`);
    return shortened(createHash('sha256').update([...of, judgement, ...differing].join(' ')));
  }

  #ownFile(agent: string): string {
    return join(this.#layout.players, 'agents', `${agent}.ts`);
  }
}

function digest(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return shortened(hash);
}

const shortened = (hash: ReturnType<typeof createHash>): string => hash.digest('hex').slice(0, 16);
