/** Records of the event ring, decoded: struct rf_event of bpf/ringfence.h. */

import {
  CALLS,
  type Call,
  OPERATIONS,
  type Operation,
  REASONS,
  type Reason,
  VERDICTS,
  type VerdictWord,
} from '../../core/policy/vocabulary.ts';
import { decodeComm, decodeLabel, type InodeKey, type Label, NOBODY, SIZES } from './layout.ts';

/** Names a process for good. */
export interface ProcessName {
  readonly pid: number;
  /** Boot-time clock, nanoseconds. */
  readonly startNs: bigint;
}

interface EventHead {
  /** 1, 2, 3 … since the programs were loaded; a hole is a lost event. */
  readonly sequence: bigint;
  /** CLOCK_MONOTONIC, nanoseconds. */
  readonly monotonicNs: bigint;
  readonly label: Label;
}

export interface SessionEndedEvent extends EventHead {
  readonly kind: 'session-ended';
}

/** Nobody waits for the answer any more: the task ended, or went on to ask something else. */
export interface WithdrawnEvent extends EventHead {
  readonly kind: 'withdrawn';
  readonly request: number;
  readonly pid: number;
}

export interface DecisionEvent extends EventHead {
  readonly kind: 'decision';
  readonly pid: number;
  readonly tid: number;
  readonly parentPid: number;
  readonly uid: number;
  /** Boot-time clock, nanoseconds; with the pid it names a process for good. */
  readonly startNs: bigint;
  readonly operation: Operation;
  readonly call: Call;
  readonly verdict: VerdictWord;
  readonly reason: Reason;
  /** Allowed by the session's mode alone; what it would be otherwise. Null: not so. */
  readonly insteadOf: VerdictWord | null;
  /** It waits for the shell whose job it is to be stopped before it. */
  readonly isJob: boolean;
  /** 0: no rule. */
  readonly rule: number;
  /** 0: no location. */
  readonly location: number;
  readonly callFlags: number;
  readonly object: InodeKey;
  readonly family: number;
  readonly port: number;
  /** IPv6, or IPv4 as ::ffff:a.b.c.d. */
  readonly address: Uint8Array;
  readonly protocol: number;
  /** What is asked about is not all of the named rule. */
  readonly severalRules: boolean;
  /** Chosen by the process: for display only. */
  readonly comm: string;
  readonly filesystemMagic: number;
  /** From the root of the superblock; empty for what has no path. */
  readonly path: Uint8Array;
  /** Where a rename or link leads, on the same superblock; empty for everything else. */
  readonly otherPath: Uint8Array;
  /** Number of the question, 0: none. */
  readonly request: number;
  /** CLOCK_MONOTONIC; until then the call is held, 0: it is not held. */
  readonly deadlineNs: bigint;
  /** The user who answered; null: nobody did. */
  readonly approver: number | null;
  readonly operations: readonly Operation[];
  /** The nearest process above within the session that runs a program of its own; null: there is none. */
  readonly origin: ProcessName | null;
  /** It has called exec within the session, or was labelled with what it ran. */
  readonly hasOwnProgram: boolean;
}

/** Somebody changed what a bound skill stands on: `object`, by `call`. The label names session and skill, and nothing of the changer. */
export interface TrustDroppedEvent extends Omit<DecisionEvent, 'kind'> {
  readonly kind: 'trust-dropped';
}

/** A session has begun by what was executed: `object` and `path`. `rule` is the number of the agent. */
export interface RecognisedEvent extends Omit<DecisionEvent, 'kind'> {
  readonly kind: 'recognised';
}

/** A program that is no agent came to a place of the catalogue: `rule` is the row, `otherPath` the program on `executableDevice`. */
export interface EveryoneEvent extends Omit<DecisionEvent, 'kind'> {
  readonly kind: 'everyone';
  readonly executableDevice: number;
  /** Of the process, in the form of /proc/PID/cmdline; what is too long is cut off. */
  readonly cmdline: Uint8Array;
  /** How often since the last one was told. */
  readonly times: number;
}

export type KernelEvent =
  | DecisionEvent
  | SessionEndedEvent
  | WithdrawnEvent
  | TrustDroppedEvent
  | RecognisedEvent
  | EveryoneEvent;

const DECISION = 1;
const SESSION_ENDED = 2;
const WITHDRAWN = 3;
const TRUST_DROPPED = 4;
const RECOGNISED = 5;
const EVERYONE = 6;

/** Events that speak of a call and its object. */
const OF_CALLS: Readonly<Record<number, 'decision' | 'trust-dropped' | 'recognised'>> = {
  [DECISION]: 'decision',
  [TRUST_DROPPED]: 'trust-dropped',
  [RECOGNISED]: 'recognised',
};

/** The entry of a word list for a code of the kernel's. */
function word<T extends string>(words: readonly (T | null)[], code: number, what: string): T {
  const found = words[code];
  if (!found) throw new RangeError(`the kernel reported ${what} ${code}, which this version does not know`);
  return found;
}

function insteadOf(code: number): VerdictWord | null {
  return code === 0 ? null : word(VERDICTS, code, 'verdict');
}

/** The operations of a mask. */
function operationsIn(mask: number): Operation[] {
  return OPERATIONS.filter((_, code) => mask & (1 << code));
}

/** Bytes of a record that are the event itself and its paths. */
export function eventBytes(bytes: Uint8Array): number {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return data.getUint32(4, true) + data.getUint32(164, true) + data.getUint32(192, true);
}

/** Decodes one record. Throws a RangeError for what no program of this layout writes. */
export function decodeEvent(bytes: Uint8Array): KernelEvent {
  if (bytes.length < SIZES.event) throw new RangeError(`an event of ${bytes.length} bytes is too short`);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = {
    sequence: data.getBigUint64(8, true),
    monotonicNs: data.getBigUint64(16, true),
    label: decodeLabel(bytes, 24),
  };
  const kind = data.getUint16(2, true);
  if (kind === SESSION_ENDED) return { kind: 'session-ended', ...head };
  if (kind === WITHDRAWN)
    return { kind: 'withdrawn', ...head, request: requestIn(data), pid: data.getUint32(48, true) };
  if (kind === EVERYONE) {
    const { otherPath: told, ...call } = decodeCall(bytes, data);
    const end = told.indexOf(0);
    return {
      ...call,
      ...head,
      ...(end < 0
        ? { otherPath: told, cmdline: new Uint8Array() }
        : { otherPath: told.slice(0, end), cmdline: told.slice(end + 1) }),
      ...{ kind: 'everyone', executableDevice: data.getUint32(112, true), times: data.getUint32(196, true) },
    };
  }
  const named = OF_CALLS[kind];
  if (!named) throw new RangeError(`an event of unknown kind ${kind}`);
  return { ...decodeCall(bytes, data), ...head, kind: named };
}

function requestIn(data: DataView): number {
  return Number(data.getBigUint64(168, true));
}

/** What an event says of a call and its object. */
function decodeCall(bytes: Uint8Array, data: DataView): Omit<DecisionEvent, keyof EventHead | 'kind'> {
  const pathStart = data.getUint32(4, true);
  const pathEnd = pathStart + data.getUint32(164, true);
  const approver = data.getUint32(184, true);
  const originPid = data.getUint32(208, true);
  return {
    pid: data.getUint32(48, true),
    tid: data.getUint32(52, true),
    parentPid: data.getUint32(56, true),
    uid: data.getUint32(60, true),
    startNs: data.getBigUint64(64, true),
    operation: word(OPERATIONS, data.getUint8(72), 'operation'),
    call: word(CALLS, data.getUint8(73), 'call'),
    verdict: word(VERDICTS, data.getUint8(74), 'verdict'),
    reason: word(REASONS, data.getUint8(75), 'reason'),
    insteadOf: insteadOf(data.getUint8(138)),
    isJob: data.getUint8(139) === 1,
    rule: data.getUint32(76, true),
    location: data.getUint32(80, true),
    callFlags: data.getUint32(84, true),
    object: {
      device: data.getUint32(88, true),
      generation: data.getUint32(92, true),
      inode: data.getBigUint64(96, true),
    },
    family: data.getUint16(116, true),
    port: data.getUint16(118, true),
    address: bytes.slice(120, 136),
    protocol: data.getUint8(136),
    severalRules: data.getUint8(137) === 1,
    comm: decodeComm(bytes, 144),
    filesystemMagic: data.getUint32(160, true),
    path: bytes.slice(pathStart, pathEnd),
    otherPath: bytes.slice(pathEnd, pathEnd + data.getUint32(192, true)),
    request: requestIn(data),
    deadlineNs: data.getBigUint64(176, true),
    approver: approver === NOBODY ? null : approver,
    operations: operationsIn(data.getUint32(188, true)),
    origin: originPid === 0 ? null : { pid: originPid, startNs: data.getBigUint64(200, true) },
    hasOwnProgram: data.getUint32(212, true) === 1,
  };
}
