/** What the kernel side tells of calls that need a person's word, and what it can be told. */
import type { Call, Operation, Reason } from '../../core/policy/vocabulary.ts';

/** A question. `held`: its call waits in the kernel; else it was blocked for `reason`. */
export interface Asked {
  readonly kind: 'asked';
  /** 1, 2, 3 … since the programs were loaded. */
  readonly request: number;
  readonly held: boolean;
  /** The job of a shell: its call comes back again and again until it may stop, which the shell must not see. */
  readonly isJob: boolean;
  readonly reason: Reason;
  readonly session: bigint;
  /** Number of the skill that asks. */
  readonly skill: number;
  /** Everything that is asked, as the kernel compares it. Opaque: passed back to make a grant. */
  readonly question: Uint8Array;
  readonly pid: number;
  readonly tid: number;
  readonly parentPid: number;
  /** Boot-time clock, nanoseconds; with the pid it names a process for good. */
  readonly startNs: bigint;
  readonly uid: number;
  /** Chosen by the process: for display only. */
  readonly comm: string;
  readonly operation: Operation;
  readonly operations: readonly Operation[];
  readonly call: Call;
  /** 0: no rule. */
  readonly rule: number;
  /** Operations or ends of it are asked about by other rules too. */
  readonly severalRules: boolean;
  /** Host paths; bytes, since a file name need not be UTF-8. */
  readonly path: Uint8Array | null;
  readonly otherPath: Uint8Array | null;
  readonly address: string | null;
  readonly port: number | null;
  /** CLOCK_MONOTONIC, nanoseconds. */
  readonly monotonicNs: bigint;
  /** When the kernel itself refuses; 0 for what is not held. */
  readonly deadlineNs: bigint;
}

/** The task ended, or went on to ask something else: nobody waits for the answer any more. */
export interface Withdrawn {
  readonly kind: 'withdrawn';
  readonly request: number;
  readonly session: bigint;
  readonly pid: number;
}

/** The held call went on or was refused. */
export interface Concluded {
  readonly kind: 'concluded';
  readonly request: number;
  readonly session: bigint;
  readonly pid: number;
  readonly verdict: 'allow' | 'block';
  readonly reason: Reason;
}

export type HeldCallEvent = Asked | Withdrawn | Concluded;

/** A held call as the pinned table has it. */
export interface PendingCall {
  readonly request: number;
  readonly pid: number;
  readonly tid: number;
  readonly startNs: bigint;
  readonly session: bigint;
  readonly askedNs: bigint;
  readonly deadlineNs: bigint;
}

export interface Answer {
  readonly verdict: 'allow' | 'block';
  readonly reason: Reason;
  /** The user who answered; null: nobody. */
  readonly approver: number | null;
}

/** Whom and what a grant covers: one process or the whole session; this question or all that a rule asks (`rule` not 0). */
export interface GrantScope {
  readonly process: { readonly pid: number; readonly startNs: bigint } | null;
  readonly rule: number;
}

export interface GrantTerms extends Answer {
  /** CLOCK_MONOTONIC, nanoseconds; null: until it is revoked. */
  readonly untilNs: bigint | null;
  /** Used up by the first call that it lets through. */
  readonly once: boolean;
}

/** The kernel side of approvals. `HeldCalls` talks to the pinned tables; tests have their own. */
export interface HeldCallTables {
  /** Calls back with everything that happens, in order, until the returned function is called. */
  listen(hear: (happened: HeldCallEvent) => void): () => void;
  /** Puts the answer where the call will find it; `resume` comes after it. */
  decide(request: number, answer: Answer): void;
  /** The shell of a job is stopped: now its call can be. */
  letStop(request: number): void;
  /** Stops a process. False: it is gone, or the pid is another process now. */
  stop(process: { readonly pid: number; readonly startNs: bigint }): boolean;
  /** Wakes a stopped process. False: it is gone, or the pid is another process now. */
  resume(process: { readonly pid: number; readonly startNs: bigint }): boolean;
  /** Returns the key, to revoke it by. */
  grant(question: Uint8Array, scope: GrantScope, terms: GrantTerms): Uint8Array;
  revoke(key: Uint8Array): void;
  revokeAll(): void;
  /** How long calls of a session are held, nanoseconds; null: nobody attends, they are refused at once. */
  attend(session: bigint, holdNs: bigint | null): void;
  /** Says that the helper is well. Without it for three seconds every question is refused. */
  beat(): void;
  pending(): PendingCall[];
  /** Drops what is known of a request whose process is gone. */
  forget(request: number): void;
}
