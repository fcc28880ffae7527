import type { RecordedVerdict } from '../../core/evidence/record.ts';
import type { Call, Operation, Reason, Verdict } from '../../core/policy/vocabulary.ts';

/** What every event of the kernel says, in words. `struct rf_event` of `bpf/ringfence.h`, decoded by the source. */
export type EventHead = {
  /** 1, 2, 3 …; a hole is a lost event. */
  readonly sequence: bigint;
  /** CLOCK_MONOTONIC. */
  readonly monotonicNs: bigint;
  readonly session: string;
  /** Number of the skill that the process is bound to, or that has lost its trust; left out: the session itself. */
  readonly skill?: number;
};

export type DecisionEvent = EventHead & {
  readonly kind: 'decision';
  /** Thread group, in the initial PID namespace. */
  readonly pid: number;
  readonly tid: number;
  readonly parentPid: number;
  readonly uid: number;
  /** Start of the thread group leader, boot-time clock: tells processes of one pid apart. */
  readonly startNs: bigint;
  /** The nearest process above within the session that runs a program of its own; null: there is none. */
  readonly origin: { readonly pid: number; readonly startNs: bigint } | null;
  /** It has called exec within the session, or was labelled with what it ran; else it runs its origin's program. */
  readonly hasOwnProgram: boolean;
  readonly operation: Operation;
  readonly call: Call;
  readonly verdict: RecordedVerdict;
  /** Of `audit`: the verdict where the session is held to its rules. */
  readonly wouldBe?: Exclude<Verdict, 'allow'>;
  readonly reason: Reason;
  /** 0: none. */
  readonly rule: number;
  /** 0: none. */
  readonly location: number;
  /** The label was set after the task had begun to run. */
  readonly late: boolean;
  /** The host's path; null for sockets. Bytes, since a file name need not be UTF-8. */
  readonly path: Uint8Array | null;
  readonly object: { readonly device: number; readonly inode: bigint; readonly generation: number } | null;
  /** Textual IP address; null where the decision is not about one. */
  readonly address: string | null;
  readonly port: number | null;
  /** Where a rename or link leads; null for everything else. */
  readonly otherPath: Uint8Array | null;
  /** Number of the question that a person is asked; null: none. Its verdicts are require_approval, then one answer. */
  readonly request: number | null;
  /** The user who answered; null: nobody did. */
  readonly approver: number | null;
  /** Chosen by the process: for display only. */
  readonly comm: string;
  /** Further facts to be kept with the record as they are. Canonical JSON values. */
  readonly extra?: Readonly<Record<string, unknown>>;
};

export type SessionEndedEvent = EventHead & { readonly kind: 'session-ended' };

/** Nobody waits for the answer to a question any more: the task ended, or went on to ask something else. */
export type WithdrawnEvent = EventHead & {
  readonly kind: 'withdrawn';
  readonly request: number;
  readonly pid: number;
};

/** What a bound skill stands on was changed, by whomever. `session`: whose skill it is. */
export type TrustDroppedEvent = EventHead & {
  readonly kind: 'trust-dropped';
} & Pick<
    DecisionEvent,
    'pid' | 'tid' | 'parentPid' | 'uid' | 'startNs' | 'operation' | 'call' | 'path' | 'otherPath' | 'object' | 'comm'
  > & {
    /** The one who changed it and those above, as long as they ran; else empty. */
    readonly chain: readonly { readonly pid: number; readonly executable: string | null }[];
  };

/** An agent was executed outside of any session, and is in one of its own from then on. */
export type RecognisedEvent = EventHead & {
  readonly kind: 'recognised';
  /** What it is held to, in the kernel's numbering. */
  readonly policy: number;
  /** Number of the agent: see core/policy/agents.ts. */
  readonly agent: number;
} & Pick<DecisionEvent, 'pid' | 'tid' | 'parentPid' | 'uid' | 'startNs' | 'path' | 'object' | 'comm'>;

/** A program that is no agent, and neither trusted nor accepted, came to a place of the catalogue. Of no session. */
export type EveryoneEvent = EventHead & {
  readonly kind: 'everyone';
  readonly verdict: 'block' | 'audit';
  /** The catalogue's row; null: this version has none of the kernel's number. */
  readonly location: string | null;
  /** How often since the last one was told. */
  readonly times: number;
  /** The program's file, by the host's path; null: it cannot be told. */
  readonly program: Uint8Array | null;
  /** What its interpreter runs, as far as it still runs; null: nothing, or it cannot be told. */
  readonly script: string | null;
  /** The program and those above, as long as it ran; else empty. */
  readonly chain: readonly { readonly pid: number; readonly executable: string | null }[];
} & Pick<
    DecisionEvent,
    'pid' | 'tid' | 'parentPid' | 'uid' | 'startNs' | 'operation' | 'call' | 'wouldBe' | 'path' | 'object' | 'comm'
  >;

export type KernelEvent =
  | DecisionEvent
  | SessionEndedEvent
  | WithdrawnEvent
  | TrustDroppedEvent
  | RecognisedEvent
  | EveryoneEvent;

/**
 * Where kernel events come from. What was read is read again after a crash unless it was committed, and it is
 * committed once it is in the log.
 */
export type KernelSource = {
  /** One loading of the kernel programs, unique within a boot: event numbers start again with the next one. */
  readonly instance?: string;
  /** The next events, at most `maxEvents`; null when there is nothing to read. Does not block. */
  read(maxEvents: number): { readonly events: readonly KernelEvent[]; readonly position: bigint } | null;
  /** Everything up to `position` may be overwritten. */
  commit(position: bigint): void;
  /** Returns when there may be something to read, after `ms` at the latest. */
  wait(ms: number): Promise<void>;
  /** The last number given out, so that events lost at the very end show too. */
  lastSequence?(): bigint;
  close(): void;
};

/** What a source module exports. `data` is cloned into the worker. */
export type KernelSourceModule = { open(data: unknown): KernelSource | Promise<KernelSource> };
