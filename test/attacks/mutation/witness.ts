/** What is tried against a guard that lacks a program: attacks that it has to hold, and work that has to go on. */

/** How one of them went: an attack got `through` or was `held`, work was `done` or `failed`. */
export type Outcome = {
  readonly name: string;
  readonly state: 'held' | 'through' | 'done' | 'failed';
  /** In words, where it is not as it should be. */
  readonly detail: string;
};

/** A place in which they are tried: what it needs is started once and serves all of them. */
export interface Arena {
  readonly name: string;
  /** Where the programs are pinned. */
  readonly pins: string;
  readonly witnesses: readonly string[];
  /** Those of these names, in this order. */
  run(names: readonly string[]): Promise<Outcome[]>;
  close(): Promise<void>;
}

export const isAsItShouldBe = ({ state }: Outcome): boolean => state === 'held' || state === 'done';

const REFUSED = 1;

/** Of an attack that ended with this errno; null: whoever tried was killed. */
export function attackOutcome(name: string, errno: number | null): Outcome {
  if (errno === 0) return { name, state: 'through', detail: '' };
  if (errno === REFUSED) return { name, state: 'held', detail: '' };
  return { name, state: 'held', detail: `errno ${errno}` };
}

export function workOutcome(name: string, ok: boolean, detail = ''): Outcome {
  return { name, state: ok ? 'done' : 'failed', detail: ok ? '' : detail };
}
