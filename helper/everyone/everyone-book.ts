/** What the kernel holds of everyone else while no helper runs: kept beside the pins, and gone with them at a reboot. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { EveryonePlacements } from '../kernel/everyone-store.ts';

export interface EveryonePage {
  /** What the placements were made from, and by which build; empty while they are being replaced. */
  readonly from: string;
  readonly placements: EveryonePlacements;
  readonly beginnings: Uint8Array;
  /** By path: processes that run keep the number of their program. */
  readonly numbers: ReadonlyMap<string, number>;
}

export class EveryoneBook {
  readonly #path: string;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#path = join(directory, 'everyone');
  }

  /** Whole or not at all. */
  write(page: EveryonePage): void {
    writeFileSync(`${this.#path}.new`, serialize(page), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }

  /** Null: nothing is in force yet. Root alone can write here. */
  read(): EveryonePage | null {
    return existsSync(this.#path) ? (deserialize(readFileSync(this.#path)) as EveryonePage) : null;
  }
}
