/** Everyday work in the guest, without the guard and under the shipped starter: it has to come to the same. */

import { type GuestRecord, readAudit } from '../attacks/audit.ts';
import { HOME } from '../attacks/places.ts';
import { runAsDev } from '../attacks/session.ts';
import { Person } from '../kernel/approvals/person.ts';
import { sleep } from '../kernel/installed.ts';
import { Remote, URL } from '../kernel/programs/remote.ts';
import type { BenignCase } from './case.ts';
import { differences } from './compare.ts';
import { makeHome, WORKSPACE } from './home.ts';
import { byCase, type Intervention, surprises } from './interventions.ts';
import { type Snapshot, snapshot } from './snapshot.ts';
import { GUARDED, installStarter, UNGUARDED } from './starter.ts';

const PLACES = { home: HOME, workspace: WORKSPACE };
/** What the log does not hold yet is on its way. */
const LOGGED_AFTER_MS = 2000;
const MILLION = 1_000_000n;

const ENVIRONMENT = {
  TZ: 'UTC',
  TERM: 'dumb',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  BENIGN_REMOTE: URL,
};

export type BenignJudgement = {
  readonly name: string;
  readonly outcome: 'identical' | 'differs';
  readonly detail: string;
  /** Each is expected: what a person was asked, and what was refused and did not matter. */
  readonly asked: readonly string[];
  readonly refused: readonly string[];
  readonly seconds: { readonly unguarded: number; readonly guarded: number };
};

/** What one run of cases came to, and what the guard did meanwhile. */
export type Run = {
  readonly left: ReadonlyMap<string, Snapshot>;
  readonly seen: ReadonlyMap<string | null, Intervention[]>;
};

/** Answers yes to whatever is asked; what was not expected then fails the case. */
export class Everyday {
  readonly #person: Person;
  readonly #say: (line: string) => void;
  #remote: Remote | null = null;

  private constructor(person: Person, say: (line: string) => void) {
    this.#person = person;
    this.#say = say;
  }

  static async prepare(cases: readonly BenignCase[], say: (line: string) => void): Promise<Everyday> {
    const person = await Person.arrive();
    person.answer = ({ options }) => (options.includes('allow-session') ? 'allow-session' : 'allow-once');
    const everyday = new Everyday(person, say);
    if (cases.some(({ needs }) => needs.includes('ssh'))) everyday.#remote = await Remote.start();
    await installStarter();
    return everyday;
  }

  end(): void {
    this.#person.leave();
    this.#remote?.end();
  }

  unguarded(cases: readonly BenignCase[]): Promise<Run> {
    return this.#run(cases, UNGUARDED, 'unguarded');
  }

  guarded(cases: readonly BenignCase[], command: readonly string[] = GUARDED): Promise<Run> {
    return this.#run(cases, command, 'guarded');
  }

  async #run(cases: readonly BenignCase[], command: readonly string[], how: string): Promise<Run> {
    makeHome(cases);
    if (this.#remote) Remote.forget('benign');
    const [before, asked] = [Date.now(), this.#person.asked.length];
    const onStdout = (text: string) => this.#say(text.trim().replace(/^/gm, '    '));
    const outcome = await runAsDev(command, { cwd: WORKSPACE, environment: ENVIRONMENT, onStdout });
    const seconds = ((Date.now() - before) / 1000).toFixed(1);
    this.#say(`  everyday work, ${how}: ${seconds} s, status ${outcome.status}`);
    if (outcome.status !== 0 || outcome.stderr !== '') this.#say(outcome.stderr.trim().replace(/^/gm, '    '));
    const left = new Map(cases.map(({ name }) => [name, snapshot(WORKSPACE, name)]));
    await sleep(LOGGED_AFTER_MS);
    const refusals = (await readAudit()).filter(({ timestamp }) => Date.parse(timestamp) >= before).map(refusalOf);
    const questions = this.#person.asked.slice(asked).map(questionOf);
    const begun = [...left].flatMap(([name, { time }]) => (time ? [{ name, from: time.from }] : []));
    begun.sort((one, other) => Number(one.from - other.from));
    return { left, seen: byCase([...questions, ...refusals], begun) };
  }
}

const nanoseconds = (timestamp: string): bigint => BigInt(Date.parse(timestamp)) * MILLION;
const placeOf = ({ path, address, port }: Pick<GuestRecord, 'path' | 'address' | 'port'>): string =>
  path ?? `${address}:${port}`;

function refusalOf(record: GuestRecord): Intervention {
  const { operation, call, reason, rule, location, timestamp, process_chain: chain } = record;
  const program = chain?.[0]?.executable ?? 'unknown';
  const decided = location ?? rule?.text ?? (rule ? `rule ${rule.id}` : '');
  return {
    ...{ kind: 'refused', operation: operation ?? '', object: placeOf(record), time: nanoseconds(timestamp) },
    detail: `${call} by ${program}: ${reason} ${decided}`.trim(),
  };
}

function questionOf(question: Person['asked'][number]): Intervention {
  const { operation, path, address, port, askedAt, chain, rule, status } = question;
  return {
    ...{ kind: 'asked', operation, object: placeOf({ path, address, port }), time: nanoseconds(askedAt) },
    detail: `by ${chain[0]?.executable}, ${rule?.pointer ?? 'nothing declares it'}, ${status.state}`,
  };
}

/** A case is as without the guard if it left the same behind and the guard did what the case says, and no more. */
export function judgeCase(one: BenignCase, free: Run, guarded: Run): BenignJudgement {
  const [before, after] = [free.left.get(one.name), guarded.left.get(one.name)];
  const seen = guarded.seen.get(one.name) ?? [];
  const all = [...differences(before, after), ...surprises(one, seen, PLACES)];
  const words = (kind: Intervention['kind']) => [
    ...new Set(seen.filter((each) => each.kind === kind).map(({ operation, object }) => `${operation} ${object}`)),
  ];
  return {
    ...{ name: one.name, outcome: all.length === 0 ? 'identical' : 'differs', detail: all.join('; ') },
    ...{ asked: words('asked'), refused: words('refused') },
    seconds: { unguarded: secondsOf(before), guarded: secondsOf(after) },
  };
}

/** What the guard did before the first case: nothing, and that is told like a case. */
export function judgeStart({ seen }: Run): BenignJudgement {
  const start = { name: 'the start of the agent', needs: [], isLong: false, asks: [], refused: [] };
  const all = surprises(start, seen.get(null) ?? [], PLACES);
  return {
    ...{ name: start.name, outcome: all.length === 0 ? 'identical' : 'differs', detail: all.join('; ') },
    ...{ asked: [], refused: [], seconds: { unguarded: 0, guarded: 0 } },
  };
}

const secondsOf = (left: Snapshot | undefined): number =>
  left?.time ? Number((left.time.to - left.time.from) / MILLION) / 1000 : 0;
