import { EVERYONE_RECORD } from '../../core/protocol/everyone.ts';
import type {
  DecisionEvent,
  EveryoneEvent,
  KernelEvent,
  RecognisedEvent,
  TrustDroppedEvent,
  WithdrawnEvent,
} from './kernel-event.ts';
import type { IntakeLimits, RecordDraft } from './options.ts';
import { RangeSet } from './range-set.ts';
import { RECOGNISED } from './recognised.ts';
import { GAP, type KernelSequence, type SequenceLedger } from './sequence-ledger.ts';
import type { SessionFacts } from './session-facts.ts';
import { changeInWords, TRUST_DROPPED } from './trust-dropped.ts';

/** Ranges of event numbers one record names at most: keeps its line short. */
const MAX_RANGES_PER_RECORD = 8192;
const MAX_REPEATS_PER_RECORD = 2048;

/** Kind of the record that ends a question nobody waits for any more. */
const WITHDRAWN = 'approval.withdrawn';

/** Kind of the record that counts what was allowed again. */
export const REPEATS = 'repeats';

/** Number of a batch read from the kernel, ascending. */
type Batch = number;

/** A record to be: built when its turn comes, since it may name the number of one that goes before it. */
export type PendingDraft = { readonly build: () => RecordDraft; readonly sealed?: (seq: number) => void };

/** Repeats that are counted and not yet in the log. */
type Held = { sequences: RangeSet; count: number; readonly since: Batch; readonly firstNs: bigint; lastNs: bigint };

/** One question asked again and again. `seq`: its first record. */
type Window = { readonly draft: RecordDraft; seq: number; closesNs: bigint; held: Held | null };

/** Repeats of allowed questions of one session since they were last written: by the number of the first record. */
type AllowTally = {
  readonly dueNs: bigint;
  readonly held: Held;
  readonly counts: Map<Window, { count: number; lastNs: bigint }>;
};

type Hole = { readonly low: KernelSequence; readonly sinceNs: bigint; readonly highest: KernelSequence };

/**
 * Turns kernel events into records: drops replays, declares holes, counts repeats. Knows no clock, file or kernel of
 * its own. All times are nanoseconds of CLOCK_MONOTONIC.
 */
export class Intake {
  private readonly limits: IntakeLimits;
  private readonly ledger: SequenceLedger;
  private readonly facts: SessionFacts;
  private readonly blocked = new Map<string, Window>();
  private readonly allowed = new Map<string, Window>();
  /** In the order in which they began to hold something. */
  private readonly holding = new Set<Window>();
  private readonly tallies = new Map<string, AllowTally>();
  private holes: Hole[] = [];
  private highest: KernelSequence;

  constructor(limits: IntakeLimits, ledger: SequenceLedger, facts: SessionFacts, nowNs: bigint) {
    this.limits = limits;
    this.ledger = ledger;
    this.facts = facts;
    this.highest = ledger.highest();
    this.holes = ledger.holes().ranges.map(([low]) => ({ low, sinceNs: nowNs, highest: this.highest }));
  }

  /** The records that have to be written at once for these events. */
  take(events: readonly KernelEvent[], batch: Batch, nowNs: bigint): PendingDraft[] {
    const drafts: PendingDraft[] = [];
    for (const event of events) {
      const sequence = Number(event.sequence);
      if (this.ledger.has(sequence)) continue;
      this.noticeHole(sequence - 1, nowNs);
      this.highest = Math.max(this.highest, sequence);
      this.ledger.add(sequence);
      if (event.kind === 'decision') drafts.push(...this.decision(event, batch, nowNs));
      else if (event.kind === 'withdrawn') drafts.push(this.withdrawn(event));
      else if (event.kind === 'trust-dropped') drafts.push(this.trustDropped(event));
      else if (event.kind === 'recognised') drafts.push(this.recognised(event));
      else if (event.kind === 'everyone') drafts.push({ build: () => everyoneDraft(event) });
      else drafts.push(...this.sessionEnded(event.session, event));
    }
    return drafts;
  }

  /** What is due by now: closed windows, lost events. `lastSequence`: the last number the kernel gave out. */
  due(nowNs: bigint, lastSequence: KernelSequence = this.highest): PendingDraft[] {
    this.noticeHole(lastSequence, nowNs);
    this.highest = Math.max(this.highest, lastSequence);
    return [
      ...this.closeWindows(nowNs),
      ...this.writeTallies((tally) => tally.dueNs <= nowNs),
      ...this.declareHoles(nowNs),
    ];
  }

  /** Everything still counted, before the log is closed. */
  flush(): PendingDraft[] {
    const drafts = [...this.blocked.values()].flatMap((window) => this.writeHeld(window));
    this.blocked.clear();
    return [...drafts, ...this.writeTallies(() => true)];
  }

  /** The first batch with events that are not in the log yet; null if all are. */
  heldSince(): Batch | null {
    const [window] = this.holding;
    const [tally] = this.tallies.values();
    if (window?.held == null) return tally?.held.since ?? null;
    return tally === undefined ? window.held.since : Math.min(window.held.since, tally.held.since);
  }

  private decision(event: DecisionEvent, batch: Batch, nowNs: bigint): PendingDraft[] {
    const draft = this.describe(event);
    if (event.operation === 'exec' && (event.verdict === 'allow' || event.verdict === 'audit'))
      this.facts.executed(event, draft.path ?? '');
    // a question and its answer are records of their own, however alike they look
    if (event.request !== null) return [{ build: () => draft }];
    const first =
      event.verdict === 'allow'
        ? this.countAllowed(event, draft, batch, nowNs)
        : this.countBlocked(event, draft, batch, nowNs);
    const overflow = this.bound();
    return first === null ? overflow : [...overflow, first];
  }

  private withdrawn(event: WithdrawnEvent): PendingDraft {
    const { request, pid, session } = event;
    const draft = { kind: WITHDRAWN, ...this.facts.owner(session), pid, request, ...timesOf(event) };
    return { build: () => draft };
  }

  private recognised(event: RecognisedEvent): PendingDraft {
    const path = event.path === null ? {} : pathFields(event.path);
    this.facts.recognised(event, path.path ?? null);
    const draft: RecordDraft = {
      kind: RECOGNISED,
      ...this.facts.owner(event.session),
      pid: event.pid,
      action: 'exec',
      ...path,
      ...{ tid: event.tid, parent_pid: event.parentPid, uid: event.uid, comm: event.comm.toWellFormed() },
      ...{ agent: event.agent, start_ns: String(event.startNs) },
      ...(event.object === null ? {} : { object: { ...event.object, inode: String(event.object.inode) } }),
      ...timesOf(event),
    };
    return { build: () => draft };
  }

  private trustDropped(event: TrustDroppedEvent): PendingDraft {
    const path = event.path === null ? {} : pathFields(event.path);
    const own = this.facts.knownChain(event);
    const comm = event.comm.toWellFormed();
    const draft: RecordDraft = {
      kind: TRUST_DROPPED,
      ...this.facts.owner(event.session, event.skill),
      pid: event.pid,
      action: event.operation,
      ...path,
      operation: event.operation,
      call: event.call,
      reason: 'trust-dropped',
      tid: event.tid,
      parent_pid: event.parentPid,
      uid: event.uid,
      comm,
      process_chain: own.length > 0 ? own : [...event.chain],
      ...(event.object === null ? {} : { object: { ...event.object, inode: String(event.object.inode) } }),
      ...(event.otherPath === null ? {} : { other_path: decodeLossy(event.otherPath) }),
      message: changeInWords(event.call, path.path ?? null, `${comm} (process ${event.pid})`),
      ...timesOf(event),
    };
    return { build: () => draft };
  }

  private countBlocked(event: DecisionEvent, draft: RecordDraft, batch: Batch, nowNs: bigint): PendingDraft | null {
    const program = draft.process_chain?.[0]?.executable ?? '';
    const key = keyOf(event, [event.verdict, event.call, event.reason, event.location, program]);
    const open = this.blocked.get(key);
    if (open !== undefined && open.held !== null && open.held.sequences.ranges.length >= MAX_RANGES_PER_RECORD) {
      const [full] = this.writeHeld(open);
      this.hold(open, event, batch);
      return full ?? null;
    }
    if (open !== undefined) {
      this.hold(open, event, batch);
      return null;
    }
    const closesNs = nowNs + milliseconds(this.limits.blockWindowMs);
    return this.openWindow(this.blocked, key, { draft, seq: 0, closesNs, held: null });
  }

  private countAllowed(event: DecisionEvent, draft: RecordDraft, batch: Batch, nowNs: bigint): PendingDraft | null {
    const key = keyOf(event, []);
    const open = this.allowed.get(key);
    if (open === undefined || open.closesNs <= nowNs) {
      this.allowed.delete(key);
      const closesNs = nowNs + milliseconds(this.limits.allowWindowMs);
      return this.openWindow(this.allowed, key, { draft, seq: 0, closesNs, held: null });
    }
    const dueNs = nowNs + milliseconds(this.limits.blockWindowMs);
    const tally = this.tallies.get(event.session) ?? { dueNs, held: emptyHeld(event, batch), counts: new Map() };
    this.tallies.set(event.session, tally);
    addToHeld(tally.held, event);
    tally.counts.set(open, { count: (tally.counts.get(open)?.count ?? 0) + 1, lastNs: event.monotonicNs });
    const full =
      tally.counts.size >= MAX_REPEATS_PER_RECORD || tally.held.sequences.ranges.length >= MAX_RANGES_PER_RECORD;
    return full ? this.writeTally(event.session, tally) : null;
  }

  private openWindow(windows: Map<string, Window>, key: string, window: Window): PendingDraft {
    windows.set(key, window);
    const sealed = (seq: number) => {
      window.seq = seq;
    };
    return { build: () => window.draft, sealed };
  }

  private hold(window: Window, event: DecisionEvent, batch: Batch): void {
    window.held ??= emptyHeld(event, batch);
    addToHeld(window.held, event);
    this.holding.add(window);
  }

  /** Windows stand in the order in which they close. */
  private closeWindows(nowNs: bigint): PendingDraft[] {
    const drafts: PendingDraft[] = [];
    for (const [key, window] of this.blocked) {
      if (window.closesNs > nowNs) break;
      this.blocked.delete(key);
      // Quiet: the next one is written at once again. Still going on: the next second is counted too.
      if (window.held === null) continue;
      drafts.push(...this.writeHeld(window));
      window.closesNs = nowNs + milliseconds(this.limits.blockWindowMs);
      this.blocked.set(key, window);
    }
    for (const [key, window] of this.allowed) {
      if (window.closesNs > nowNs) break;
      this.allowed.delete(key);
    }
    return drafts;
  }

  private writeHeld(window: Window): PendingDraft[] {
    const { held } = window;
    if (held === null) return [];
    window.held = null;
    this.holding.delete(window);
    const { kernel_sequence: _, mono_ns: __, ...same } = window.draft;
    return [{ build: () => ({ ...same, ...heldFields(held), repeat_of: window.seq }) }];
  }

  private writeTallies(isDue: (tally: AllowTally) => boolean): PendingDraft[] {
    const due = [...this.tallies].filter(([, tally]) => isDue(tally));
    return due.map(([session, tally]) => this.writeTally(session, tally));
  }

  private writeTally(session: string, tally: AllowTally): PendingDraft {
    this.tallies.delete(session);
    const owner = this.facts.owner(session);
    const build = (): RecordDraft => {
      const repeats = [...tally.counts].map(([window, { count, lastNs }]) => repeatOf(window.seq, count, lastNs));
      return { kind: REPEATS, ...owner, verdict: 'allow', repeats, ...heldFields(tally.held) };
    };
    return { build };
  }

  private sessionEnded(session: string, event: KernelEvent): PendingDraft[] {
    const drafts: PendingDraft[] = [];
    for (const [key, window] of this.blocked) {
      if (window.draft.session !== session) continue;
      drafts.push(...this.writeHeld(window));
      this.blocked.delete(key);
    }
    for (const [key, window] of this.allowed) if (window.draft.session === session) this.allowed.delete(key);
    const tally = this.tallies.get(session);
    if (tally !== undefined) drafts.push(this.writeTally(session, tally));
    const draft = { kind: 'session.ended', ...this.facts.owner(session), ...timesOf(event) };
    this.facts.forget(session);
    return [...drafts, { build: () => draft }];
  }

  /** Memory is bounded: the oldest questions are forgotten and would be written again. */
  private bound(): PendingDraft[] {
    const drafts: PendingDraft[] = [];
    while (this.allowed.size > this.limits.maxOpenWindows) this.allowed.delete(this.allowed.keys().next().value!);
    while (this.blocked.size > this.limits.maxOpenWindows) {
      const [key, window] = this.blocked.entries().next().value!;
      this.blocked.delete(key);
      drafts.push(...this.writeHeld(window));
    }
    return drafts;
  }

  private noticeHole(upTo: KernelSequence, nowNs: bigint): void {
    if (upTo > this.highest) this.holes.push({ low: this.highest + 1, sinceNs: nowNs, highest: upTo });
  }

  private declareHoles(nowNs: bigint): PendingDraft[] {
    const patience = milliseconds(this.limits.holePatienceMs);
    const lost = new RangeSet();
    this.holes = this.holes.filter((hole) => {
      const isOver = nowNs - hole.sinceNs >= patience || this.highest - hole.highest >= this.limits.holePatienceEvents;
      if (isOver) for (const [low, high] of this.missingIn(hole)) lost.add(low, high);
      return !isOver;
    });
    for (const [low, high] of lost.ranges) this.ledger.declareMissing(low, high);
    return splitRanges(lost).map((ranges) => ({ build: () => gapDraft(ranges) }));
  }

  private missingIn(hole: Hole): readonly (readonly [number, number])[] {
    const open = this.ledger.holes(hole.highest);
    if (hole.low > 1) open.delete(1, hole.low - 1);
    return open.ranges;
  }

  private describe(event: DecisionEvent): RecordDraft {
    const path = event.path === null ? {} : pathFields(event.path);
    return {
      kind: 'decision',
      ...this.facts.owner(event.session, event.skill),
      pid: event.pid,
      action: event.operation,
      verdict: event.verdict,
      ...(event.wouldBe === undefined ? {} : { would_be: event.wouldBe }),
      ...path,
      operation: event.operation,
      call: event.call,
      reason: event.reason,
      rule: this.facts.rule(event.session, event.rule),
      location: this.facts.location(event.session, event.location),
      tid: event.tid,
      parent_pid: event.parentPid,
      uid: event.uid,
      comm: event.comm.toWellFormed(),
      process_chain: this.facts.chain(event),
      ...(event.object === null ? {} : { object: { ...event.object, inode: String(event.object.inode) } }),
      ...(event.address === null ? {} : { address: event.address }),
      ...(event.port === null ? {} : { port: event.port }),
      ...(event.otherPath === null ? {} : { other_path: decodeLossy(event.otherPath) }),
      ...(event.request === null ? {} : { request: event.request }),
      ...(event.approver === null ? {} : { approver_uid: event.approver }),
      ...(event.late ? { late: true } : {}),
      ...event.extra,
      ...timesOf(event),
    };
  }
}

function everyoneDraft(event: EveryoneEvent): RecordDraft {
  return {
    kind: EVERYONE_RECORD,
    owner_uid: event.uid,
    pid: event.pid,
    action: event.operation,
    verdict: event.verdict,
    ...(event.wouldBe === undefined ? {} : { would_be: event.wouldBe }),
    ...(event.path === null ? {} : pathFields(event.path)),
    operation: event.operation,
    call: event.call,
    reason: 'location',
    location: event.location,
    ...{ tid: event.tid, parent_pid: event.parentPid, uid: event.uid, comm: event.comm.toWellFormed() },
    ...(event.program === null ? {} : { program: decodeLossy(event.program) }),
    ...(event.script === null ? {} : { script: event.script }),
    process_chain: [...event.chain],
    ...(event.object === null ? {} : { object: { ...event.object, inode: String(event.object.inode) } }),
    ...{ count: event.times, start_ns: String(event.startNs) },
    ...timesOf(event),
  };
}

function timesOf(event: KernelEvent): Pick<RecordDraft, 'mono_ns' | 'kernel_sequence'> {
  return { mono_ns: String(event.monotonicNs), kernel_sequence: String(event.sequence) };
}

function keyOf(event: DecisionEvent, further: readonly (string | number)[]): string {
  const path = event.path === null ? '' : event.path.toHex();
  return [
    event.session,
    event.skill ?? 0,
    event.operation,
    event.rule,
    event.address ?? '',
    event.port ?? '',
    path,
    ...further,
  ].join('|');
}

function repeatOf(of: number, count: number, lastNs: bigint): { of: number; count: number; last_mono_ns: string } {
  return { of, count, last_mono_ns: String(lastNs) };
}

function emptyHeld(event: DecisionEvent, batch: Batch): Held {
  return { sequences: new RangeSet(), count: 0, since: batch, firstNs: event.monotonicNs, lastNs: event.monotonicNs };
}

function addToHeld(held: Held, event: DecisionEvent): void {
  held.sequences.add(Number(event.sequence));
  held.count += 1;
  held.lastNs = event.monotonicNs;
}

function heldFields(held: Held): Partial<RecordDraft> {
  return {
    count: held.count,
    kernel_sequences: held.sequences.toString(),
    mono_ns: String(held.lastNs),
    first_mono_ns: String(held.firstNs),
    last_mono_ns: String(held.lastNs),
  };
}

function decodeLossy(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** A name that is no UTF-8 is shown with replacement characters and kept byte by byte beside it. */
function pathFields(bytes: Uint8Array): Pick<RecordDraft, 'path' | 'path_base64'> {
  try {
    return { path: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { path: decodeLossy(bytes), path_base64: bytes.toBase64() };
  }
}

function gapDraft(lost: RangeSet): RecordDraft {
  const count = lost.count();
  const message = `${count} kernel ${count === 1 ? 'event was' : 'events were'} lost before the log could hold them. The verdicts stood.`;
  return { kind: GAP, cause: 'kernel-events-lost', kernel_sequences: lost.toString(), count, message };
}

function splitRanges(set: RangeSet): RangeSet[] {
  const parts: RangeSet[] = [];
  set.ranges.forEach(([low, high], index) => {
    if (index % MAX_RANGES_PER_RECORD === 0) parts.push(new RangeSet());
    parts.at(-1)!.add(low, high);
  });
  return parts;
}

function milliseconds(count: number): bigint {
  return BigInt(Math.round(count * 1_000_000));
}
