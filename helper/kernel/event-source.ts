/** The kernel's ring as a source of the audit worker, which loads this module by its URL. */
import { everyoneRow } from '../../core/policy/everyone.ts';
import { scriptIn } from '../../core/policy/sighting.ts';
import { kernel, type Ring } from '../../native/kernel/index.ts';
import { Processes } from '../approval/processes.ts';
import type {
  DecisionEvent,
  EventHead,
  EveryoneEvent as Everyone,
  KernelEvent,
  KernelSource,
  RecognisedEvent as Recognised,
  TrustDroppedEvent as TrustDropped,
} from '../audit/kernel-event.ts';
import { readOne } from '../session/running.ts';
import {
  decodeEvent,
  type EveryoneEvent,
  type DecisionEvent as KernelDecision,
  type RecognisedEvent,
  type TrustDroppedEvent,
} from './event.ts';
import { sessionName } from './labels.ts';
import { decodeU64, encodeU32, LABEL_LATE } from './layout.ts';
import { readHostMounts } from './mounts.ts';
import { ObjectNamer } from './object-names.ts';
import { PinnedMap } from './pinned-map.ts';
import { readableEvents } from './readable-events.ts';

/** Where a chain of processes ends. */
const INIT = 1;

export interface EventSourceData {
  readonly pinDirectory: string;
}

class RingSource implements KernelSource {
  readonly instance: string;
  readonly #ring: Ring;
  readonly #counters: PinnedMap;
  readonly #names = new ObjectNamer();
  readonly #processes = new Processes();

  constructor(pinDirectory: string) {
    this.#ring = new kernel.Ring(`${pinDirectory}/maps/events`);
    this.#counters = new PinnedMap(pinDirectory, 'counters');
    this.instance = String(this.#counters.id);
  }

  read(maxEvents: number): { events: KernelEvent[]; position: bigint } | null {
    const batch = this.#ring.read(maxEvents);
    if (!batch) return null;
    const events = readableEvents(batch.records, (record) => this.#translate(record));
    return { events, position: batch.position };
  }

  commit(position: bigint): void {
    this.#ring.commit(position);
  }

  async wait(ms: number): Promise<void> {
    await this.#ring.wait(ms);
  }

  lastSequence(): bigint {
    return decodeU64(this.#counters.get(encodeU32(0)) ?? new Uint8Array(8));
  }

  close(): void {
    this.#ring.close();
  }

  #change(event: TrustDroppedEvent): Omit<TrustDropped, keyof EventHead> {
    const { path, otherPath } = this.#names.nameOf(event);
    return {
      kind: 'trust-dropped',
      pid: event.pid,
      tid: event.tid,
      parentPid: event.parentPid,
      uid: event.uid,
      startNs: event.startNs,
      operation: event.operation,
      call: event.call,
      path,
      otherPath,
      object: event.object,
      comm: event.comm,
      // while it still runs /proc knows more of it than the kernel's event has room for
      chain: this.#processes.lives(event) ? this.#processes.chain(event.pid, INIT) : [],
    };
  }

  #beginning(event: RecognisedEvent): Omit<Recognised, keyof EventHead> {
    return {
      kind: 'recognised',
      ...{ policy: event.label.policy, agent: event.rule },
      ...{ pid: event.pid, tid: event.tid, parentPid: event.parentPid, uid: event.uid, startNs: event.startNs },
      path: this.#names.nameOf(event).path,
      object: event.object,
      comm: event.comm,
    };
  }

  #everyone(event: EveryoneEvent): Omit<Everyone, keyof EventHead> {
    const lives = this.#processes.lives(event);
    const program = this.#names.programOf(event);
    return {
      kind: 'everyone',
      ...everyonesVerdict(event),
      ...{ location: everyoneRow(event.rule), times: Math.max(1, event.times) },
      ...{ pid: event.pid, tid: event.tid, parentPid: event.parentPid, uid: event.uid, startNs: event.startNs },
      ...{ operation: event.operation, call: event.call, object: event.object, comm: event.comm },
      path: this.#names.placeOf(event),
      program,
      script: (lives ? scriptOf(event.pid) : null) ?? scriptTold(program, event.cmdline),
      chain: lives ? this.#processes.chain(event.pid, INIT) : [],
    };
  }

  #translate(record: Uint8Array): KernelEvent {
    const event = decodeEvent(record);
    const head = {
      sequence: event.sequence,
      monotonicNs: event.monotonicNs,
      session: sessionName(event.label.session),
      skill: event.label.skill,
    };
    if (event.kind === 'session-ended') return { kind: 'session-ended', ...head };
    if (event.kind === 'withdrawn') return { kind: 'withdrawn', ...head, request: event.request, pid: event.pid };
    if (event.kind === 'trust-dropped') return { ...this.#change(event), ...head };
    if (event.kind === 'recognised') return { ...this.#beginning(event), ...head };
    if (event.kind === 'everyone') return { ...this.#everyone(event), ...head };
    const isFile = event.object.device !== 0;
    return {
      kind: 'decision',
      ...head,
      pid: event.pid,
      tid: event.tid,
      parentPid: event.parentPid,
      uid: event.uid,
      startNs: event.startNs,
      origin: event.origin,
      hasOwnProgram: event.hasOwnProgram,
      operation: event.operation,
      call: event.call,
      ...verdictOf(event),
      reason: event.reason,
      rule: event.rule,
      location: event.location,
      late: (event.label.flags & LABEL_LATE) !== 0,
      ...this.#names.nameOf(event),
      object: isFile ? event.object : null,
      comm: event.comm,
      request: event.request || null,
      approver: event.approver,
    };
  }
}

/** As it says itself: who reads it knows the program for certain, and the script by its word. */
function scriptOf(pid: number): string | null {
  const script = readOne(pid, readHostMounts().mounts)?.sighting.script ?? null;
  return script?.startsWith('/') ? script : null;
}

/** Of a process that has ended: nothing is known of where a path of its own would have led. */
function scriptTold(program: Uint8Array | null, cmdline: Uint8Array): string | null {
  return program === null ? null : scriptIn(Buffer.from(program).toString(), Buffer.from(cmdline).toString());
}

/** What would be blocked, or is only put on record by its row: then nothing is `wouldBe`. */
function everyonesVerdict({ verdict, insteadOf }: EveryoneEvent): Pick<Everyone, 'verdict' | 'wouldBe'> {
  if (verdict === 'block') return { verdict };
  const isOnlyNoted = insteadOf === null || insteadOf === 'none' || insteadOf === 'allow';
  return isOnlyNoted ? { verdict: 'audit' } : { verdict: 'audit', wouldBe: insteadOf };
}

/** What the mode alone has let through is no more allowed than it is refused. */
function verdictOf({ verdict, insteadOf }: KernelDecision): Pick<DecisionEvent, 'verdict' | 'wouldBe'> {
  if (verdict === 'none') return { verdict: 'block' };
  if (verdict !== 'allow' || insteadOf === null || insteadOf === 'none' || insteadOf === 'allow') return { verdict };
  return { verdict: 'audit', wouldBe: insteadOf };
}

export function open(data: unknown): KernelSource {
  return new RingSource((data as EventSourceData).pinDirectory);
}
