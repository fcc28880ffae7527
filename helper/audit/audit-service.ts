import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { canonicalText } from '../../core/evidence/canonical.ts';
import { draftSchema } from '../../core/evidence/record.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { type AuditError, AuditFailure, systemError } from './audit-error.ts';
import { EvidenceLog, type LogSettings, setLogAside, type WrittenRecord } from './evidence-log.ts';
import { Intake, type PendingDraft } from './intake.ts';
import type { KernelSource } from './kernel-event.ts';
import { KernelPump } from './kernel-pump.ts';
import { segmentNames } from './log-files.ts';
import { openLogKey } from './log-key.ts';
import {
  type AuditOptions,
  CHECKPOINT_INTERVAL_MS,
  CHECKPOINT_RECORDS,
  INTAKE_LIMITS,
  type RecordDraft,
  type SessionDescription,
  type WaitingDescription,
} from './options.ts';
import { type AuditEntry, type AuditPage, querySchema } from './query.ts';
import { RecordIndex } from './record-index.ts';
import { GAP, KERNEL_ATTACHED, SequenceLedger } from './sequence-ledger.ts';
import { SessionFacts } from './session-facts.ts';
import type { LogExtent } from './verify-log.ts';
import { WallClock } from './wall-clock.ts';
import { takeWriterLock, type WriterLock } from './writer-lock.ts';

/** Between two attempts where the first failed. */
const CHECKPOINT_RETRY_MS = 1000;

/** What `append` gives for each record. */
export type Receipt = { readonly seq: number; readonly evidenceHash: string };

/** Everything the worker does, without the thread: one object that owns the files. All calls are synchronous. */
export class AuditService {
  private readonly options: AuditOptions;
  private readonly log: EvidenceLog;
  private readonly index: RecordIndex;
  private readonly lock: WriterLock;
  private readonly clock: WallClock;
  private readonly bootId: string;
  private readonly facts = new SessionFacts();
  private readonly onWritten: (written: readonly WrittenRecord[]) => void;
  private pump: KernelPump | null = null;
  private checkpointNs: bigint;

  private constructor(parts: Parts, onWritten: (written: readonly WrittenRecord[]) => void) {
    this.options = parts.options;
    this.log = parts.log;
    this.lock = parts.lock;
    this.clock = parts.clock;
    this.bootId = parts.bootId;
    this.onWritten = onWritten;
    const { directory } = parts.options;
    this.index = new RecordIndex(parts.options.indexFile, () => ({
      directory,
      origin: this.log.origin,
      size: this.log.size,
    }));
    this.checkpointNs = this.clock.nowNs();
  }

  static open(
    options: AuditOptions,
    onWritten: (written: readonly WrittenRecord[]) => void,
  ): Result<AuditService, AuditError> {
    const parts = openParts(options);
    if (!parts.ok) return parts;
    try {
      const service = new AuditService(parts.value, onWritten);
      onWritten(parts.value.written);
      service.write([{ build: () => service.startRecord() }]);
      return success(service);
    } catch (problem) {
      parts.value.lock.release();
      return failure(
        problem instanceof AuditFailure ? problem.error : systemError(problem, 'The evidence log cannot be opened'),
      );
    }
  }

  /** Every draft of every request or, for a request that is no record, its error. Durable on return. */
  append(requests: readonly (readonly RecordDraft[])[]): Result<Receipt[], AuditError>[] {
    const checked = requests.map(checkDrafts);
    const seqs: number[][] = checked.map(() => []);
    const drafts = checked.flatMap((request, index) =>
      request.ok
        ? request.value.map((draft) => ({ build: () => draft, sealed: (seq: number) => void seqs[index]!.push(seq) }))
        : [],
    );
    try {
      const hashes = new Map(this.write(drafts).map(({ record }) => [record.seq, record.evidence_hash]));
      return checked.map((request, index) =>
        request.ok ? success(seqs[index]!.map((seq) => ({ seq, evidenceHash: hashes.get(seq)! }))) : request,
      );
    } catch (problem) {
      const error =
        problem instanceof AuditFailure ? problem.error : systemError(problem, 'The evidence log cannot be written');
      return checked.map((request) => (request.ok ? failure(error) : request));
    }
  }

  describeSession(description: SessionDescription): void {
    this.facts.describe(description);
  }

  describeWaiting(description: WaitingDescription): void {
    this.facts.describeWaiting(description);
  }

  /** Starts taking events. Sessions that are already running must have been described. */
  attach(source: KernelSource): void {
    const instance = source.instance ?? '';
    const known = this.log.kernelLedger;
    if (known === null || known.bootId !== this.bootId || known.instance !== instance) {
      this.write([{ build: () => ({ kind: KERNEL_ATTACHED, kernel_instance: instance }) }]);
    }
    const ledger = this.log.kernelLedger?.copy() ?? new SequenceLedger(this.bootId, instance);
    const intake = new Intake({ ...INTAKE_LIMITS, ...this.options.intake }, ledger, this.facts, this.clock.nowNs());
    this.pump = new KernelPump(
      source,
      intake,
      (drafts) => this.writeKernel(drafts),
      () => this.clock.nowNs(),
    );
  }

  /** Takes one batch of kernel events. True if there may be more at once. Throws AuditFailure. */
  pumpOnce(): boolean {
    return this.pump?.step() ?? false;
  }

  query(query: unknown): AuditPage {
    const parsed = querySchema.safeParse(query);
    if (parsed.success) return this.index.query(parsed.data);
    const issue = parsed.error.issues[0];
    throw new AuditFailure({
      code: 'bad-query',
      message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a query'}`,
    });
  }

  get(seq: number): AuditEntry {
    const entry = Number.isSafeInteger(seq) && seq >= 1 ? this.index.get(seq) : null;
    if (entry === null) throw new AuditFailure({ code: 'not-found', message: `There is no record ${seq}.` });
    return entry;
  }

  extent(): LogExtent {
    return this.log.extent();
  }

  checkpoint(): void {
    this.checkpointNs = this.clock.nowNs();
    this.log.checkpoint();
  }

  /** Signs a checkpoint if it is time. Throws AuditFailure. */
  checkpointIfDue(): void {
    const waited = Number((this.clock.nowNs() - this.checkpointNs) / 1_000_000n);
    const patience = this.isCheckpointFull()
      ? CHECKPOINT_RETRY_MS
      : (this.options.checkpointIntervalMs ?? CHECKPOINT_INTERVAL_MS);
    if (waited >= patience) this.checkpoint();
  }

  /** Writes what is still counted, `helper.stopped` and a last checkpoint. */
  close(reason: string): void {
    try {
      this.pump?.flush();
      this.write([{ build: () => ({ kind: 'helper.stopped', pid: process.pid, message: reason }) }]);
      this.checkpoint();
    } finally {
      this.pump?.close();
      this.index.close();
      this.log.close();
      this.lock.release();
    }
  }

  /** An event that cannot be put into a record must not hold up the others: it becomes a gap that names it. */
  private writeKernel(drafts: readonly PendingDraft[]): void {
    this.write(drafts.map(({ build, ...rest }) => ({ ...rest, build: () => recordable(build()) })));
  }

  private write(drafts: readonly PendingDraft[]): WrittenRecord[] {
    const written = this.log.append(drafts);
    this.index.insert(written);
    if (written.length > 0) this.onWritten(written);
    this.checkpointIfMany();
    return written;
  }

  /** The records are durable: that they cannot be signed yet must not look as if they had not been written. */
  private checkpointIfMany(): void {
    if (!this.isCheckpointFull()) return;
    try {
      this.checkpoint();
    } catch (problem) {
      // Tried again, and told, by the next checkpointIfDue.
      if (!(problem instanceof AuditFailure)) throw problem;
    }
  }

  private isCheckpointFull(): boolean {
    return this.log.unsigned >= (this.options.checkpointRecords ?? CHECKPOINT_RECORDS);
  }

  private startRecord(): RecordDraft {
    const draft = { kind: 'helper.started', pid: process.pid, helper_version: this.options.helperVersion };
    return this.index.rebuilt === null ? draft : { ...draft, index_rebuilt: this.index.rebuilt };
  }
}

function recordable(draft: RecordDraft): RecordDraft {
  const text = canonicalText(draft);
  if (text.ok) return draft;
  const { kernel_sequence, kernel_sequences, mono_ns } = draft;
  const places = Object.entries({ kernel_sequence, kernel_sequences, mono_ns }).filter(
    ([, value]) => value !== undefined,
  );
  const message = `A kernel event could not be recorded: ${text.error.message}.`;
  return { kind: GAP, cause: 'unrecordable-event', ...Object.fromEntries(places), message };
}

type Parts = {
  readonly options: AuditOptions;
  readonly log: EvidenceLog;
  readonly lock: WriterLock;
  readonly clock: WallClock;
  readonly bootId: string;
  readonly written: readonly WrittenRecord[];
};

function openParts(options: AuditOptions): Result<Parts, AuditError> {
  const key = openLogKey(options.keyDirectory);
  if (!key.ok) return key;
  try {
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    mkdirSync(dirname(options.indexFile), { recursive: true, mode: 0o700 });
  } catch (problem) {
    return failure(systemError(problem, `The directory ${options.directory} cannot be made`));
  }
  const lock = takeWriterLock(`${options.indexFile}.lock`);
  if (!lock.ok) return lock;
  const clock = new WallClock();
  try {
    const bootId = options.bootId ?? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const { directory, segmentBytes } = options;
    const settings = {
      directory,
      key: key.value,
      clock,
      bootId,
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
    };
    const { log, written } = openLog(settings, options.onBrokenLog ?? 'refuse');
    return success({ options, log, written, lock: lock.value, clock, bootId });
  } catch (problem) {
    lock.value.release();
    return failure(
      problem instanceof AuditFailure ? problem.error : systemError(problem, 'The evidence log cannot be opened'),
    );
  }
}

function openLog(settings: LogSettings, onBrokenLog: 'refuse' | 'set-aside'): ReturnType<typeof EvidenceLog.open> {
  const { directory } = settings;
  const segmentsBefore = (segment: string) => segmentNames(directory).filter((name) => name < segment);
  try {
    return EvidenceLog.open(settings, segmentsBefore);
  } catch (problem) {
    const isBroken = problem instanceof AuditFailure && problem.error.code === 'log-broken';
    if (!isBroken || onBrokenLog === 'refuse') throw problem;
    const aside = setLogAside(directory, new Date().toISOString().replaceAll(/[:.]/g, '-'));
    mkdirSync(directory, { mode: 0o700 });
    const predecessor = { directory: aside, message: problem.error.message };
    return EvidenceLog.open({ ...settings, predecessor }, segmentsBefore);
  }
}

/** A draft that is no record must not take the others of its batch with it. */
function checkDrafts(drafts: readonly RecordDraft[]): Result<readonly RecordDraft[], AuditError> {
  for (const draft of drafts) {
    const parsed = draftSchema.safeParse(draft);
    const issue = parsed.error?.issues[0];
    if (issue !== undefined)
      return failure({ code: 'not-canonical', message: `${issue.path.join('.')}: ${issue.message}` });
    const text = canonicalText(JSON.parse(JSON.stringify(draft)));
    if (!text.ok) return failure({ code: 'not-canonical', message: text.error.message });
  }
  return success(drafts);
}
