/** A kernel side of its own with sessions whose calls are held, and a person who answers as the test says. */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../../core/policy/compile.ts';
import { type NetworkRule, type Policy, ruleId } from '../../../core/policy/rule.ts';
import { originOf, policyOf } from '../../../core/policy/testing/generated-policy.ts';
import { type NetworkOperation, PATH_OPERATIONS } from '../../../core/policy/vocabulary.ts';
import { Followers } from '../../../helper/approval/followers.ts';
import { Processes } from '../../../helper/approval/processes.ts';
import type { DecisionEvent, KernelEvent, KernelSource } from '../../../helper/audit/kernel-event.ts';
import { open } from '../../../helper/kernel/event-source.ts';
import { Guard } from '../../../helper/kernel/guard.ts';
import type { Answer, Asked } from '../../../helper/kernel/held-call.ts';
import { HeldCalls } from '../../../helper/kernel/held-calls.ts';
import { takeDown } from '../../../helper/kernel/put-in-force.ts';
import { Performer } from '../performer.ts';
import { settingsFor } from '../policy-settings.ts';

export const PINS = '/sys/fs/bpf/ringfence-hold';
const BEAT_MS = 500;
const BATCH = 1000;
const HOLD_MS = 20_000;

/** Asked about in every way, on a disk and in memory. */
export const GREY = '/home/grey';
/** Asked about by another rule. */
export const GREY_TOO = '/home/grey-too';
export const GREY_MEMORY = '/mnt/memory/grey';
/** May be read; running it is asked about. */
export const RUNS = '/home/runs';
/** Free. */
export const OPEN = '/home/open';
export const ASKED_PORT = 7001;
export const FREE_PORT = 7000;
/** Asked about too; for those who answer by the port. */
export const DENIED_PORT = 7002;
/** Listening there is asked about, as it is at a port that the kernel chooses. */
export const LISTENING_PORT = 7003;

export const APPROVED: Answer = { verdict: 'allow', reason: 'approved', approver: 1000 };
export const DENIED: Answer = { verdict: 'block', reason: 'denied', approver: 1000 };

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the kernel's own record says of one request. */
export interface Course {
  readonly asked: number;
  /** `allow approved`, `block denied`, `withdrawn` … in order. */
  readonly outcomes: readonly string[];
}

export class Arena {
  readonly guard: Guard;
  readonly held: HeldCalls;
  readonly #processes = new Processes();
  readonly #followers: Followers;
  readonly #source: KernelSource;
  #beat: NodeJS.Timeout | null = null;
  #stop: () => void = () => {};
  readonly #events: KernelEvent[] = [];
  readonly #program: string;
  #session = 0x601d_0000n;
  /** Every question since `begin`. */
  asked: Asked[] = [];
  /** Called for each question that is held. */
  answer: (question: Asked) => void = () => {};

  private constructor(source: KernelSource, guard: Guard, performer: string) {
    this.guard = guard;
    this.#source = source;
    this.#program = performer;
    this.held = new HeldCalls(PINS);
    this.#followers = new Followers({
      processes: this.#processes,
      resume: (stopped) => this.held.resume(stopped),
      nowNs: () => process.hrtime.bigint(),
      isHeld: (pid) => this.held.pending().some((call) => call.pid === pid),
    });
    this.startBeating();
    this.listen();
  }

  static async build(objectFile: string, performer: string): Promise<Arena> {
    for (const place of [GREY, GREY_TOO, GREY_MEMORY, RUNS, OPEN]) mkdirSync(place, { recursive: true });
    const guard = new Guard({ objectFile, pinDirectory: PINS });
    guard.protect([]);
    return new Arena(await open({ pinDirectory: PINS }), guard, performer);
  }

  listen(): void {
    this.#stop = this.held.listen((happened) => {
      if (happened.kind !== 'asked') return;
      this.asked.push(happened);
      if (happened.held) this.answer(happened);
    });
  }

  /** Nobody takes questions out of their ring any more. */
  deafen(): void {
    this.#stop();
  }

  /** Empties the places and forgets what happened. */
  begin(): void {
    for (const place of [GREY, GREY_TOO, GREY_MEMORY, OPEN])
      for (const name of readdirSync(place)) rmSync(join(place, name), { recursive: true, force: true });
    this.asked = [];
    this.answer = () => {};
    this.#read();
    this.#events.length = 0;
  }

  /** A session of its own. `holdMs` null: nobody attends it. */
  label(pid: number, holdMs: number | null = HOLD_MS, rules: Policy = RULES): bigint {
    const tables = compile(rules, this.guard.mounts);
    if (!tables.ok) throw new Error(tables.error.message);
    const { policy } = this.guard.policies.install(tables.value, settingsFor(rules));
    this.#session += 1n;
    for (const { error } of this.guard.side.label(pid, {
      session: this.#session,
      policy,
      generation: 1,
      skill: 0,
      flags: 0,
    }))
      if (error !== 0) throw new Error(`a task was not labelled: ${error}`);
    this.attend(this.#session, holdMs);
    return this.#session;
  }

  attend(session: bigint, holdMs: number | null): void {
    this.held.attend(session, holdMs === null ? null : BigInt(holdMs) * 1_000_000n);
    // installing a policy kept this thread from its pulse, on an emulated machine for longer than the kernel's patience
    if (this.#beat) this.held.beat();
  }

  async performer(
    companions = 0,
    holdMs: number | null = HOLD_MS,
    rules: Policy = RULES,
  ): Promise<Performer & { session: bigint }> {
    const performer = new Performer(this.#program, companions);
    // its answer says that all its threads are there
    await performer.perform('nothing', '');
    return Object.assign(performer, { session: this.label(performer.pid, holdMs, rules) });
  }

  /** One that is in no session. */
  outsider(): Performer {
    return new Performer(this.#program);
  }

  /** Another process of the same session. */
  async sibling(performer: Performer): Promise<Performer & { session: bigint }> {
    const label = this.guard.side.labels().find(({ pid }) => pid === performer.pid)?.label;
    if (!label) throw new Error('the performer has lost its label');
    const sibling = new Performer(this.#program);
    await sibling.perform('nothing', '');
    this.guard.side.label(sibling.pid, label);
    return Object.assign(sibling, { session: label.session });
  }

  /** Writes the answer, then wakes whoever waits for it. False: its process is gone. */
  settle(question: Asked, answer: Answer): boolean {
    // the test itself launched it
    const above = this.#processes.ancestors(question.pid, process.pid);
    this.held.decide(question.request, answer);
    const isThere = this.held.resume(question);
    this.#followers.follow(above, process.pid);
    return isThere;
  }

  /** Answers every question alike, so long after it came. */
  answerAll(answer: Answer, afterMs = 0): void {
    this.answer = (question) => {
      if (afterMs === 0) this.settle(question, answer);
      else setTimeout(() => this.settle(question, answer), afterMs);
    };
  }

  /** The next question, held or not; null when none comes in time. */
  async nextQuestion(after: number, ms = 5000): Promise<Asked | null> {
    for (const end = Date.now() + ms; Date.now() < end && this.asked.length <= after; ) await sleep(5);
    return this.asked[after] ?? null;
  }

  courses(): Map<number, Course> {
    this.#read();
    const courses = new Map<number, { asked: number; outcomes: string[] }>();
    for (const event of this.#events) {
      if ((event.kind !== 'decision' && event.kind !== 'withdrawn') || event.request === null) continue;
      const course = courses.get(event.request) ?? { asked: 0, outcomes: [] };
      courses.set(event.request, course);
      if (event.kind === 'withdrawn') course.outcomes.push('withdrawn');
      else if (event.verdict === 'require_approval') course.asked += 1;
      else course.outcomes.push(`${event.verdict} ${event.reason}`);
    }
    return courses;
  }

  decisions(): DecisionEvent[] {
    this.#read();
    return this.#events.filter((event): event is DecisionEvent => event.kind === 'decision');
  }

  startBeating(): void {
    this.held.beat();
    this.#beat = setInterval(() => {
      this.held.beat();
      this.#followers.sweep();
    }, BEAT_MS);
  }

  stopBeating(): void {
    if (this.#beat) clearInterval(this.#beat);
    this.#beat = null;
  }

  /** Pins are taken down: nothing of it stays. */
  close(): void {
    this.stopBeating();
    this.#stop();
    this.guard.close();
    takeDown(PINS);
  }

  #read(): void {
    for (let batch = this.#source.read(BATCH); batch; batch = this.#source.read(BATCH)) {
      this.#events.push(...batch.events);
      this.#source.commit(batch.position);
    }
  }
}

function destination(
  effect: 'allow' | 'require_approval',
  ports: { low: number; high: number },
  id: number,
  operation: NetworkOperation = 'connect',
  prefix = '127.0.0.1/32',
): NetworkRule {
  return {
    id: ruleId(id),
    ...{ effect, operation, prefix },
    ports,
    protocol: 'any',
    origin: originOf('loopback', ruleId(id)),
  };
}

const PATHS = policyOf([
  { effect: 'require_approval', operations: [...PATH_OPERATIONS], pattern: `${GREY}/**` },
  { effect: 'require_approval', operations: [...PATH_OPERATIONS], pattern: `${GREY_TOO}/**` },
  { effect: 'require_approval', operations: [...PATH_OPERATIONS], pattern: `${GREY_MEMORY}/**` },
  { effect: 'require_approval', operations: ['exec'], pattern: `${RUNS}/**` },
  { effect: 'allow', operations: ['read'], pattern: `${RUNS}/**` },
  { effect: 'allow', operations: [...PATH_OPERATIONS], pattern: `${OPEN}/**` },
  ...['/usr', '/lib', '/lib64', '/bin', '/etc', '/opt', '/home/runtimes-bun'].map((place) => ({
    effect: 'allow' as const,
    operations: ['read', 'exec'] as const,
    pattern: `${place}/**`,
  })),
  { effect: 'allow', operations: ['read', 'write'], pattern: '/dev/**' },
  { effect: 'allow', operations: ['read'], pattern: '/sys/**' },
]);

const RULES: Policy = {
  ...PATHS,
  network: [
    destination('require_approval', { low: ASKED_PORT, high: DENIED_PORT }, 100),
    destination('allow', { low: FREE_PORT, high: FREE_PORT }, 101),
    destination('require_approval', { low: LISTENING_PORT, high: LISTENING_PORT }, 102, 'listen'),
    destination('require_approval', { low: 0, high: 0 }, 103, 'listen', '0.0.0.0/32'),
  ],
};

/** Names, kinds, sizes, modes and contents below a place. */
export function stateOf(place: string): string {
  if (!existsSync(place)) return '';
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(place, name);
      const { mode, uid, size, ino, nlink } = lstatSync(path);
      const isFile = (mode & 0o170000) === 0o100000;
      return `${name} ${mode.toString(8)} ${uid} ${size} ${ino} ${nlink} ${isFile ? readFileSync(path, 'latin1') : ''}`;
    })
    .join('\n');
}

/** `T` when the task is stopped; null when it is gone. */
export function taskState(pid: number, tid = pid): string | null {
  try {
    return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/task/${tid}/status`, 'latin1'))?.[1] ?? null;
  } catch {
    return null;
  }
}
