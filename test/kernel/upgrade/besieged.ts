/** A session that attacks without a pause: what got through, and whether each refusal was told once. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyOf } from '../../../core/policy/testing/generated-policy.ts';
import { PATH_OPERATIONS } from '../../../core/policy/vocabulary.ts';
import type { KernelSource } from '../../../helper/audit/kernel-event.ts';
import type { Guard } from '../../../helper/kernel/guard.ts';
import { decisionsIn } from '../decisions.ts';
import { Started, TestSession } from '../session.ts';
import type { Tally } from '../tally.ts';

const CLOSED = '/home/closed';
const WORK = '/home/work';
const READ_EVERY_MS = 100;
const FOREVER = '1000000000';
/** Emulated, the programs are to be loaded beside it. */
const PAUSE_MS = '100';

let begun = 0;

export interface Report {
  readonly refused: Readonly<Record<string, number>>;
  readonly rounds: number;
  readonly succeeded: number;
  readonly odd: number;
  readonly lastOdd: number;
  readonly worked: number;
  readonly broken: number;
}

function places(programs: string): { stop: string; words: (rounds: string) => string[] } {
  mkdirSync(CLOSED, { recursive: true });
  mkdirSync(WORK, { recursive: true });
  writeFileSync(join(CLOSED, 'key'), 'secret');
  writeFileSync(join(WORK, 'allowed'), 'allowed');
  // of its own: several are there at once
  const stop = join(WORK, `stop-${++begun}`);
  return { stop, words: (rounds) => [stop, rounds, PAUSE_MS, CLOSED, WORK, join(programs, 'nothing')] };
}

/** Unguarded, once round, and from the beginning: while enforcement ends, what one call made the next may not take back. */
export async function control(programs: string, tally: Tally): Promise<void> {
  for (const folder of [CLOSED, WORK]) rmSync(folder, { recursive: true, force: true });
  const run = new Started(join(programs, 'besieger'), places(programs).words('1'), null);
  const { succeeded, odd, refused } = JSON.parse(await run.end()) as Report;
  const sum = Object.values(refused).reduce((total, count) => total + count, 0);
  tally.check(
    'control: unguarded every attack succeeds',
    succeeded > 7 && odd === 0 && sum === 0,
    `${succeeded} ${odd}`,
  );
}

export class Besieged {
  readonly session: TestSession;
  readonly #run: Started;
  readonly #stop: string;
  readonly #guard: Guard;
  readonly #droppedBefore: bigint;
  readonly #source: KernelSource | null;
  readonly #told = new Map<string, number>();
  readonly #timer: NodeJS.Timeout | null;

  /** `source`: the events of the maps that it is labelled in. */
  constructor(guard: Guard, programs: string, source: KernelSource | null) {
    const { stop, words } = places(programs);
    const rules = policyOf([
      { effect: 'allow', operations: [...PATH_OPERATIONS], pattern: `${WORK}/**` },
      { effect: 'allow', operations: ['read', 'exec'], pattern: join(programs, 'besieger') },
    ]);
    this.#stop = stop;
    this.#guard = guard;
    this.#droppedBefore = guard.side.counters().dropped;
    this.#source = source;
    this.session = new TestSession(guard, rules);
    this.#run = new Started(join(programs, 'besieger'), words(FOREVER), this.session);
    this.#timer = source && setInterval(() => this.#hear(), READ_EVERY_MS);
  }

  async end(): Promise<Report> {
    writeFileSync(this.#stop, '');
    const report = JSON.parse(await this.#run.end()) as Report;
    if (this.#timer) clearInterval(this.#timer);
    this.#hear();
    return report;
  }

  /** Nothing got through, what is allowed went on, and each refusal is in one event. */
  check(tally: Tally, name: string, report: Report): void {
    const { refused, rounds, succeeded, odd, lastOdd, worked, broken } = report;
    tally.check(`${name}: no attack succeeded`, succeeded === 0 && rounds > 5, `${succeeded} in ${rounds} rounds`);
    tally.check(`${name}: each was refused as it should be`, odd === 0, `${odd}, one of them ${lastOdd}`);
    tally.check(`${name}: what is allowed went on`, broken === 0 && worked > 5, `${broken} of ${worked + broken}`);
    if (!this.#source) return;
    const told = Object.fromEntries(Object.keys(refused).map((call) => [call, this.#told.get(call) ?? 0]));
    const missing = Object.entries(refused).map(([call, count]) => count - (told[call] ?? 0));
    const dropped = Number(this.#guard.side.counters().dropped - this.#droppedBefore);
    const isTold = missing.every((count) => count >= 0) && missing.reduce((all, count) => all + count, 0) <= dropped;
    const detail = `${JSON.stringify(told)}, refused ${JSON.stringify(refused)}, ${dropped} counted as lost`;
    tally.check(`${name}: each refusal was told once, or counted as lost`, isTold, detail);
    console.log(`    ${rounds} rounds, refused ${JSON.stringify(refused)}`);
  }

  #hear(): void {
    if (!this.#source) return;
    for (const { call, verdict } of decisionsIn(this.#source))
      if (verdict === 'block') this.#told.set(call, (this.#told.get(call) ?? 0) + 1);
  }
}
