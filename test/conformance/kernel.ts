/** The kernel against the evaluator, on the same histories as the automaton, each deed really done. */
import fc from 'fast-check';
import type { DnsAnswer } from '../../core/names/dns-answer.ts';
import type { Told } from '../../core/names/history.ts';
import { wireName } from '../../core/names/host-name.ts';
import { compile } from '../../core/policy/compile.ts';
import { parseAddress } from '../../core/policy/network-address.ts';
import type { DecisionEvent, KernelSource } from '../../helper/audit/kernel-event.ts';
import type { CapturedAnswers } from '../../helper/kernel/captured-answers.ts';
import type { Guard } from '../../helper/kernel/guard.ts';
import { sessionName } from '../../helper/kernel/labels.ts';
import { settingsFor } from '../kernel/policy-settings.ts';
import { Conductor } from './conductor.ts';
import { Coverage, type CoverageReport } from './coverage.ts';
import { describeDeed, tell } from './describe.ts';
import { type Case, type History, historyIn, Unfolding } from './history.ts';
import { judgeOutcome } from './judge-outcome.ts';
import { type Language, WHOLE_LANGUAGE } from './policies.ts';
import type { World } from './world.ts';

/** A session begins with the nursery and the worker. Answers are taught before it plays. */
const KERNEL_LANGUAGE: Language = { ...WHOLE_LANGUAGE, processesAtStart: 2, names: 'at first' };

export type KernelRun = {
  readonly coverage: CoverageReport;
  readonly shortcomings: readonly string[];
  /** Deeds done on each filesystem. */
  readonly filesystems: Readonly<Record<string, number>>;
  readonly executed: number;
  readonly disagreements: number;
  readonly disagreement: string | null;
};

export type KernelSetup = {
  readonly guard: Guard;
  readonly source: KernelSource;
  readonly answers: CapturedAnswers;
  readonly worlds: readonly { readonly world: World; readonly weight: number }[];
  readonly conductor: string;
  readonly seed: number;
  readonly least: number;
  readonly path: string | undefined;
  /** Called now and then with the number of deeds so far. */
  readonly onProgress: (executed: number) => void;
};

const HISTORIES_AT_ONCE = 20;
/** Few: a run of some thousand deeds is to see many policies. */
const SLOTS = 16;
/** Shrinking does each smaller history for real. */
const SHRINK_LIMIT_MS = 120_000;
/** A history takes a second or two. */
const MOST_ATTEMPTS = 10;
const MINUTE_NS = 60_000_000_000n;

export class KernelComparison {
  readonly #setup: KernelSetup;
  readonly #coverage = new Coverage(KERNEL_LANGUAGE);
  readonly #filesystems = new Map<string, number>();
  #session = 0x0c0f_0000n;
  #disagreements = 0;

  constructor(setup: KernelSetup) {
    this.#setup = setup;
  }

  /** Plays histories until so many deeds were done. */
  async run(): Promise<KernelRun> {
    const { worlds, seed, least, path, onProgress } = this.#setup;
    const arbitrary = historyIn(
      fc.oneof(
        ...worlds.map(({ world, weight }) => ({ weight, arbitrary: fc.constant<[World, World]>([world, world]) })),
      ),
      KERNEL_LANGUAGE,
      SLOTS,
    );
    let disagreement: string | null = null;
    for (let turn = 0; this.#coverage.cases < least && disagreement === null; turn += 1) {
      const details = await fc.check(
        fc.asyncProperty(arbitrary, (history) => this.#checkHistory(history)),
        {
          ...{ numRuns: HISTORIES_AT_ONCE, seed: seed + turn, interruptAfterTimeLimit: SHRINK_LIMIT_MS },
          ...(path === undefined ? {} : { path }),
        },
      );
      if (details.failed) {
        disagreement = describe(details);
        console.log(disagreement);
      }
      onProgress(this.#coverage.cases);
      if (path !== undefined) break;
    }
    return {
      coverage: this.#coverage.report(),
      shortcomings: path === undefined && disagreement === null ? this.#coverage.shortcomings() : [],
      filesystems: Object.fromEntries(this.#filesystems),
      executed: this.#coverage.cases,
      disagreements: this.#disagreements,
      disagreement,
    };
  }

  async #checkHistory(history: History): Promise<void> {
    const { cases } = new Unfolding(history, 'stands');
    const [world] = history.worlds;
    // limits count by the minutes of the clock: a history that saw one end is played again
    for (let attempt = 1; ; attempt += 1) {
      const played = await this.#play(history, cases);
      if (history.policy.limits.deletionsPerMinute !== null && sawMinuteEnd(played.outcomes)) {
        if (attempt === MOST_ATTEMPTS) throw new Error('no history fits into a minute: the machine is too slow');
        continue;
      }
      const wrong = cases.flatMap((one, index) => {
        const outcome = played.outcomes[index];
        if (outcome === undefined) return ['a deed has no outcome'];
        const own = played.records.filter(({ monotonicNs: at }) => outcome.before <= at && at <= outcome.after);
        const found = judgeOutcome(one, outcome, own);
        return found === null ? [] : [`${describeDeed(world, one.deed)}: ${found}`];
      });
      if (wrong.length > 0) {
        this.#disagreements += 1;
        throw new Error(wrong[0]);
      }
      break;
    }
    for (const one of cases) this.#coverage.count(history.policy, one);
    this.#filesystems.set(world.name, (this.#filesystems.get(world.name) ?? 0) + cases.length);
  }

  /** As the helper does with what its worker has read; the kernel looks the rules up itself. */
  #teach(session: bigint, policy: number, told: readonly Told[]): void {
    const answer = {
      session,
      socket: 0n,
      sequence: 0,
      protocol: 'udp',
      begins: false,
      bytes: new Uint8Array(),
    } as const;
    this.#setup.answers.learn({ policy, skillPolicy: 0, answer }, told.map(answerOf));
  }

  async #play(history: History, cases: readonly Case[]) {
    const { guard, source } = this.#setup;
    const tables = compile(history.policy, guard.mounts);
    if (!tables.ok) throw new Error(tables.error.message);
    const placement = guard.policies.install(tables.value, settingsFor(history.policy));
    this.#session += 1n;
    const session = this.#session;
    this.#teach(session, placement.policy, history.told);
    const conductor = await Conductor.start(this.#setup.conductor, (pid) => {
      const reports = guard.side.label(pid, { session, policy: placement.policy, generation: 1, skill: 0, flags: 0 });
      if (reports.length !== 1 || reports[0]?.error !== 0) throw new Error('the session could not be labelled');
    });
    drain(source);
    const outcomes = await conductor.play(history.worlds[0], cases);
    const records = drain(source).filter((record) => record.session === sessionName(session));
    await conductor.end();
    guard.policies.remove(placement);
    guard.side.forgetSession(session);
    return { outcomes, records };
  }
}

function answerOf({ name, address, seconds }: Told): DnsAnswer {
  return { name: wireName(name), addresses: [{ address: parseAddress(address) as Uint8Array, seconds }] };
}

function sawMinuteEnd(outcomes: readonly { readonly before: bigint; readonly after: bigint }[]): boolean {
  const first = outcomes[0]?.before ?? 0n;
  const last = outcomes.at(-1)?.after ?? 0n;
  return first / MINUTE_NS !== last / MINUTE_NS;
}

function describe(details: fc.RunDetails<[History]>): string {
  const [history] = details.counterexample ?? [];
  const told = history === undefined ? '' : tell(history, new Unfolding(history, 'stands').cases);
  const again = `--only kernel --seed ${details.seed} --path ${details.counterexamplePath}`;
  return `${told}\n${String(details.errorInstance)}\nAgain: ${again}`;
}

function drain(source: KernelSource): DecisionEvent[] {
  const events: DecisionEvent[] = [];
  for (let batch = source.read(1000); batch; batch = source.read(1000)) {
    source.commit(batch.position);
    events.push(...batch.events.filter((event) => event.kind === 'decision'));
  }
  return events;
}
