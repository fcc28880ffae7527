/** What the kernel holds of recognition while no helper runs: kept beside the pins, and gone with them at a reboot. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { DelegatedPlacement } from '../kernel/delegations.ts';
import type { Placement } from '../kernel/policy-store.ts';

/** The policy that waits for the agents of one user. */
export interface WaitingPolicy {
  readonly uid: number;
  readonly home: string;
  placement: Placement;
  delegated: readonly DelegatedPlacement[];
}

export interface RecognitionPage {
  /** What all of it was made from, and by which build; empty while it is being replaced. */
  readonly from: string;
  readonly automaton: Placement;
  readonly policies: readonly WaitingPolicy[];
}

export class RecognitionBook {
  readonly #path: string;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#path = join(directory, 'recognition');
  }

  /** Whole or not at all. */
  write(page: RecognitionPage): void {
    writeFileSync(`${this.#path}.new`, serialize(page), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }

  /** Null: nothing is in force yet. Root alone can write here. */
  read(): RecognitionPage | null {
    return existsSync(this.#path) ? (deserialize(readFileSync(this.#path)) as RecognitionPage) : null;
  }
}
