/** A session of a test's own under a policy, and programs that run in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { compile } from '../../core/policy/compile.ts';
import type { Policy } from '../../core/policy/rule.ts';
import type { Guard } from '../../helper/kernel/guard.ts';
import { decodeU64, encodeU64, type Label } from '../../helper/kernel/layout.ts';
import { PinnedMap } from '../../helper/kernel/pinned-map.ts';
import type { Placement } from '../../helper/kernel/policy-store.ts';
import { settingsFor } from './policy-settings.ts';

/** What the kernel has counted: struct rf_session. */
export interface Counted {
  readonly processes: bigint;
  readonly bytesSent: bigint;
  readonly deletions: bigint;
}

const PROCESSES_OFFSET = 8;
const BYTES_OFFSET = 16;
const DELETIONS_OFFSET = 24;
const OF_MINUTE = 0xffff_ffffn;

let last = 0x5e55_0000n;

export class TestSession {
  readonly label: Label;
  readonly #guard: Guard;
  #placement: Placement;
  readonly #sessions: PinnedMap;

  constructor(guard: Guard, policy: Policy) {
    const tables = compile(policy, guard.mounts);
    if (!tables.ok) throw new Error(tables.error.message);
    this.#guard = guard;
    this.#placement = guard.policies.install(tables.value, settingsFor(policy));
    this.#sessions = new PinnedMap(guard.side.pinDirectory, 'sessions');
    last += 1n;
    this.label = { session: last, policy: this.#placement.policy, generation: 1, skill: 0, flags: 0 };
  }

  /** Puts another policy in the place of its own, as the helper does when the machine changes. */
  replace(policy: Policy): void {
    const tables = compile(policy, this.#guard.mounts);
    if (!tables.ok) throw new Error(tables.error.message);
    this.#placement = this.#guard.policies.replace(this.#placement, tables.value, settingsFor(policy));
  }

  enter(pid: number): void {
    const failed = this.#guard.side.label(pid, this.label).find(({ error }) => error !== 0);
    if (failed) throw new Error(`a task was not labelled: ${failed.error}`);
  }

  counted(): Counted {
    const value = this.#value();
    return {
      processes: decodeU64(value, PROCESSES_OFFSET),
      bytesSent: decodeU64(value, BYTES_OFFSET),
      deletions: decodeU64(value, DELETIONS_OFFSET) & OF_MINUTE,
    };
  }

  /** Makes the minute that deletions were counted in the one before: what waiting for the clock would do. */
  letTheMinutePass(): void {
    const value = this.#value().slice();
    const deletions = decodeU64(value, DELETIONS_OFFSET);
    value.set(encodeU64(deletions - (1n << 32n)), DELETIONS_OFFSET);
    this.#sessions.set(encodeU64(this.label.session), value);
  }

  processIds(): Set<number> {
    const own = this.#guard.side.labels().filter(({ label }) => label.session === this.label.session);
    return new Set(own.map(({ pid }) => pid));
  }

  end(): void {
    this.#guard.policies.remove(this.#placement);
    this.#guard.side.forgetSession(this.label.session);
  }

  #value(): Uint8Array {
    const value = this.#sessions.get(encodeU64(this.label.session));
    if (!value) throw new Error('the kernel does not know the session');
    return value;
  }
}

/** A program that waits for a line before it begins, and ends when its input does. */
export class Started {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';

  /** `session` null: the control, without the guard. */
  constructor(program: string, words: readonly string[], session: TestSession | null) {
    this.#child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin?.on('error', () => {});
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
    session?.enter(this.#child.pid ?? 0);
    this.#child.stdin?.write('g\n');
  }

  /** Its line, once it is there. */
  async line(ms = 60_000): Promise<string> {
    for (const end = Date.now() + ms; Date.now() < end && !this.#output.includes('\n'); )
      await new Promise((resolve) => setTimeout(resolve, 20));
    return this.#output.trim();
  }

  async end(): Promise<string> {
    this.#child.stdin?.end();
    await this.#ended;
    return this.#output.trim();
  }
}

/** Runs a program to its end and returns the numbers of its line, by the words before them. */
export async function numbersOf(
  program: string,
  words: readonly string[],
  session: TestSession | null,
): Promise<Numbers> {
  const started = new Started(program, words, session);
  await started.line();
  return numbersIn(await started.end());
}

export type Numbers = Readonly<Partial<Record<'done' | 'made' | 'refused' | 'other' | 'errno', number>>>;

export function numbersIn(line: string): Numbers {
  return Object.fromEntries([...line.matchAll(/(\w+) (\d+)/g)].map(([, word = '', number]) => [word, Number(number)]));
}
