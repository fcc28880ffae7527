/** What agents came to on one side, each run in a file of its own that is named by what it stands on. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from './agent.ts';
import type { Cell } from './cells.ts';
import type { Recognised, RunRecord, Side } from './run-record.ts';
import type { Standing } from './standing.ts';

export class RunFiles {
  readonly #files = new Map<string, string>();

  /** Files are named by what the runs stand on now: what is changed while they are made does not count for them. */
  constructor(folder: string, kernel: string, side: Side, cells: readonly Cell[], standing: Standing) {
    const here = join(folder, `${kernel}-${side}-${standing.ofSide(side)}`);
    mkdirSync(here, { recursive: true });
    for (const cell of cells) {
      const { name } = cell.agent;
      this.#files.set(keyOf(cell), join(here, `${name}-${cell.task.name}-${standing.ofRun(cell, side)}.json`));
      this.#files.set(name, join(here, `${name}-${standing.ofAgent(cell.agent)}.json`));
    }
  }

  /** Null: it has not come to its end. */
  of(cell: Cell): RunRecord | null {
    return read<RunRecord>(this.#fileOf(keyOf(cell)));
  }

  keep(cell: Cell, run: RunRecord): void {
    writeFileSync(this.#fileOf(keyOf(cell)), `${JSON.stringify(run)}\n`);
  }

  /** Null: nobody has tried. */
  recognised({ name }: Agent): Recognised | null {
    return read<Recognised>(this.#fileOf(name));
  }

  keepRecognised({ name }: Agent, found: Recognised): void {
    writeFileSync(this.#fileOf(name), `${JSON.stringify(found)}\n`);
  }

  #fileOf(key: string): string {
    const file = this.#files.get(key);
    if (file === undefined) throw new Error(`nobody wanted ${key}`);
    return file;
  }
}

const keyOf = ({ agent, task }: Cell): string => `${agent.name}/${task.name}`;

function read<What>(file: string): What | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as What) : null;
}
