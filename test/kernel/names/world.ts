/** What every group of this part stands on: the kernel side, a learner as the helper runs it, and policies from manifests. */
import type { Manifest } from '../../../core/manifest/index.ts';
import type { LearningSettings } from '../../../core/names/learning.ts';
import { networkRules } from '../../../core/policy/manifest-network.ts';
import type { Policy } from '../../../core/policy/rule.ts';
import { policyOf } from '../../../core/policy/testing/generated-policy.ts';
import { PATH_OPERATIONS } from '../../../core/policy/vocabulary.ts';
import type { KernelSource } from '../../../helper/audit/kernel-event.ts';
import { CapturedAnswers } from '../../../helper/kernel/captured-answers.ts';
import type { Guard } from '../../../helper/kernel/guard.ts';
import { HeldCalls } from '../../../helper/kernel/held-calls.ts';
import { NameLearner } from '../../../helper/names/learner.ts';
import { AnswerWorker } from '../../../helper/worker/answer-worker.ts';
import type { Tally } from '../tally.ts';
import { type NameServer, RESOLVER, RESOLVER_V6 } from './zone.ts';

export interface World {
  readonly guard: Guard;
  readonly source: KernelSource;
  readonly server: NameServer;
  readonly programs: string;
  readonly tally: Tally;
  /** Names that each client looks up. */
  readonly rounds: number;
  readonly bun: string;
  readonly codex: string;
}

/** An emulated helper takes its time. */
export const SETTINGS: LearningSettings = { shortestSeconds: 30, longestSeconds: 3600, waitMilliseconds: 5000 };
export const PORT = 8443;
export const OTHER_PORT = 8444;
const BEAT_MS = 500;
/** Rules on names are numbered from here on. */
export const FIRST_RULE = 100;

/** Everything but the network is open; sockets with a path are part of the network. */
export function policyWith(
  network: Manifest['permissions']['network'],
  resolvers: readonly string[] = [RESOLVER, RESOLVER_V6],
): Policy {
  const manifest: Manifest = { skill_id: 'names', version: '1', permissions: { network }, hashes: {} };
  const context = {
    home: '/root',
    workspace: null,
    skill: '/skill',
    tmpdir: '/tmp',
    resolvers,
  };
  const rules = networkRules(manifest, context, FIRST_RULE);
  if (!rules.ok) throw new Error(rules.error.message);
  const operations = PATH_OPERATIONS.filter((operation) => operation !== 'connect');
  const { numbers: _, ...made } = rules.value;
  return { ...policyOf([{ effect: 'allow', operations, pattern: '/**', silent: true }]), ...made };
}

/** The part of the helper that names need. */
export class Learning {
  readonly #learner: NameLearner;
  readonly #held: HeldCalls;
  readonly tables: CapturedAnswers;
  #beating: NodeJS.Timeout | null = null;
  #going: Promise<void> = Promise.resolve();
  #go: () => void = () => {};

  private constructor(pinDirectory: string, settings: LearningSettings) {
    const held = new HeldCalls(pinDirectory);
    const worker = new AnswerWorker();
    this.#held = held;
    this.tables = new CapturedAnswers(pinDirectory);
    this.#learner = new NameLearner({
      ...{ tables: this.tables, settings },
      worker: {
        ready: () => worker.ready(),
        read: async (capture) => {
          await this.#going;
          return worker.read(capture);
        },
        close: () => worker.close(),
      },
      resume: (process) => held.resume(process),
      nowNs: () => process.hrtime.bigint(),
      onTrouble: (message) => console.log(`    trouble: ${message}`),
    });
    this.beat();
  }

  /** Nothing that is captured is read until `resume`. */
  pause(): void {
    this.#going = new Promise((resolve) => {
      this.#go = resolve;
    });
  }

  resume(): void {
    this.#go();
  }

  beat(): void {
    this.#held.beat();
    this.#beating ??= setInterval(() => this.#held.beat(), BEAT_MS);
  }

  /** As if the helper was gone: after a while the kernel takes it for dead. */
  fallSilent(): void {
    if (this.#beating) clearInterval(this.#beating);
    this.#beating = null;
  }

  static async begin(pinDirectory: string, settings = SETTINGS): Promise<Learning> {
    const learning = new Learning(pinDirectory, settings);
    learning.#learner.begin();
    if (!(await learning.#learner.prepare())) throw new Error('the worker that reads answers does not start');
    return learning;
  }

  end(): void {
    this.fallSilent();
    this.#learner.end();
  }
}
