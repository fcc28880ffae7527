import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type ChainState,
  genesisOf,
  LOG_CREATED,
  LOG_START,
  SEGMENT_STARTED,
  treeOf,
} from '../../core/evidence/chain.ts';
import { originOf, signCheckpoint } from '../../core/evidence/checkpoint.ts';
import type { Digest } from '../../core/evidence/digest.ts';
import { formatPublicKey } from '../../core/evidence/key-file.ts';
import { appendLeaf, frontierRoot, leafHash } from '../../core/evidence/merkle.ts';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { type SealedRecord, sealRecord } from '../../core/evidence/seal.ts';
import { SEGMENT_BYTES, segmentName } from '../../core/evidence/segment.ts';
import { AuditFailure, systemError } from './audit-error.ts';
import { confirmCut, cutRecord, keepCutBytes, pendingCuts } from './cut-bytes.ts';
import { DurableFile, type FileCalls, SYSTEM_CALLS, syncDirectory } from './durable-file.ts';
import type { PendingDraft } from './intake.ts';
import { CHECKPOINT_FILE } from './log-files.ts';
import type { LogKey } from './log-key.ts';
import type { RecordDraft } from './options.ts';
import { type Recovered, recoverLog } from './recover.ts';
import { accountRecord, type SequenceLedger } from './sequence-ledger.ts';
import type { LogExtent } from './verify-log.ts';
import type { WallClock } from './wall-clock.ts';

/** A record and where its line is. `offset` and `length` in bytes, without the newline. */
export type WrittenRecord = {
  readonly record: EvidenceRecord;
  readonly segment: string;
  readonly offset: number;
  readonly length: number;
};

export type LogSettings = {
  readonly directory: string;
  readonly key: LogKey;
  readonly clock: WallClock;
  readonly bootId: string;
  readonly segmentBytes?: number;
  readonly calls?: FileCalls;
  /** Said in the first record of a log that replaces another. */
  readonly predecessor?: { readonly directory: string; readonly message: string };
};

/** A wall clock that was moved by less says nothing. */
const NOTABLE_STEP_MS = 1000;

/**
 * The log's only writer. `append` returns once the records are on disk. Throws AuditFailure; after `sync-failed`
 * nothing is known of what the disk holds, and the log has to be opened anew.
 */
export class EvidenceLog {
  private readonly settings: LogSettings;
  private readonly calls: FileCalls;
  private readonly checkpoints: DurableFile;
  private segment: DurableFile;
  private state: ChainState;
  private ledger: SequenceLedger | null;
  private checkpointSize: number;
  private closedSegments: { name: string; bytes: number }[];
  /** Durable, but the append that brought them failed: the next one tells. */
  private readonly untold: WrittenRecord[] = [];
  private failed = false;

  private constructor(settings: LogSettings, recovered: Recovered, segment: DurableFile, checkpoints: DurableFile) {
    this.settings = settings;
    this.calls = settings.calls ?? SYSTEM_CALLS;
    this.segment = segment;
    this.checkpoints = checkpoints;
    this.state = recovered.state;
    this.ledger = recovered.ledger;
    this.checkpointSize = recovered.checkpointSize;
    this.closedSegments = [];
  }

  /** Continues the log in the directory, or starts one. The directory must exist and belong to this process alone. */
  static open(
    settings: LogSettings,
    segmentsBefore: (segment: string) => string[],
  ): { log: EvidenceLog; written: WrittenRecord[] } {
    const { directory, calls = SYSTEM_CALLS } = settings;
    const recovered = recoverLog(directory, settings.key.publicKey);
    for (const tail of recovered?.torn ?? []) keepCutBytes(directory, tail);
    const name = recovered?.segment ?? segmentName(1);
    if (recovered === null) keepUnreadable(directory, name);
    const segment = new DurableFile(
      join(directory, name),
      existsSync(join(directory, name)) ? 'open' : 'create',
      calls,
    );
    const checkpointPath = join(directory, CHECKPOINT_FILE);
    const checkpoints = new DurableFile(checkpointPath, existsSync(checkpointPath) ? 'open' : 'create', calls);
    for (const tail of recovered?.torn ?? [])
      (tail.file === checkpoints.path ? checkpoints : segment).truncate(tail.size);
    if (recovered === null) segment.truncate(0);
    syncDirectory(directory);
    const start = recovered ?? { state: LOG_START, segment: name, ledger: null, torn: [], checkpointSize: 0 };
    const log = new EvidenceLog(settings, start, segment, checkpoints);
    log.closedSegments = segmentsBefore(name).map((one) => ({ name: one, bytes: statSync(join(directory, one)).size }));
    return { log, written: log.begin() };
  }

  /** Number of the last record. */
  get size(): number {
    return this.state.frontier.size;
  }

  /** `evidence_hash` of the last record. */
  get head(): Digest | null {
    return this.state.prev;
  }

  get origin(): string {
    return this.state.origin ?? '';
  }

  /** Kernel events in the log. */
  get kernelLedger(): SequenceLedger | null {
    return this.ledger;
  }

  /** Records no checkpoint covers yet. */
  get unsigned(): number {
    return this.size - this.checkpointSize;
  }

  append(drafts: readonly PendingDraft[]): WrittenRecord[] {
    if (drafts.length === 0) return [];
    if (this.failed) throw syncFailure(this.segment.path);
    this.untold.push(...this.rotateIfFull());
    const stepMs = this.settings.clock.adjust();
    const clock = Math.abs(stepMs) >= NOTABLE_STEP_MS ? [{ build: () => clockRecord(stepMs) }] : [];
    const written = this.write([...clock, ...drafts]);
    return [...this.untold.splice(0), ...written];
  }

  /** Signs what is there, if there is news. */
  checkpoint(): string | null {
    if (this.unsigned === 0 || this.failed) return null;
    const { frontier } = this.state;
    const note = signCheckpoint(
      { origin: this.origin, size: frontier.size, root: frontierRoot(frontier) },
      this.settings.key.secretKey,
    );
    this.guard('The checkpoint cannot be written', () =>
      this.checkpoints.append(new TextEncoder().encode(`${note}\n`)),
    );
    this.sync(this.checkpoints);
    this.checkpointSize = frontier.size;
    return note;
  }

  /** What is durable now, for a reader beside the writer. */
  extent(): LogExtent {
    const open = { name: basename(this.segment.path), bytes: this.segment.size };
    return { segments: [...this.closedSegments, open], checkpointBytes: this.checkpoints.size };
  }

  close(): void {
    this.segment.close();
    this.checkpoints.close();
  }

  /** The records a log starts or restarts with. */
  private begin(): WrittenRecord[] {
    const first = this.size === 0 ? this.write([{ build: () => this.creationRecord() }]) : this.startSegmentIfEmpty();
    const cuts = pendingCuts(this.settings.directory);
    const told = this.append(cuts.map((name) => ({ build: () => cutRecord(this.settings.directory, name) })));
    for (const name of cuts) confirmCut(this.settings.directory, name);
    if (this.checkpointSize === 0) this.checkpoint();
    return [...first, ...told];
  }

  private creationRecord(): RecordDraft {
    const { key, predecessor } = this.settings;
    const log_id = randomBytes(16).toString('hex');
    this.state = { ...this.state, origin: originOf(log_id), prev: genesisOf(log_id) };
    const public_key = formatPublicKey(key.publicKey, 'ringfence-log').trimEnd();
    return { kind: LOG_CREATED, log_id, public_key, ...(predecessor === undefined ? {} : { predecessor }) };
  }

  private write(drafts: readonly PendingDraft[]): WrittenRecord[] {
    const before = this.state;
    const written: WrittenRecord[] = [];
    const lines: Uint8Array[] = [];
    let offset = this.segment.size;
    const writeLines = () => {
      for (const draft of drafts) {
        const { record, line } = this.seal(draft);
        written.push({ record, segment: basename(this.segment.path), offset, length: line.length });
        lines.push(line, NEWLINE);
        offset += line.length + 1;
      }
      this.segment.append(Buffer.concat(lines));
    };
    this.guard('The evidence log cannot be written', writeLines, before);
    this.sync(this.segment);
    for (const { record } of written) this.ledger = accountRecord(this.ledger, record);
    return written;
  }

  private seal(pending: PendingDraft): SealedRecord {
    const draft = pending.build();
    const { clock, bootId } = this.settings;
    const monotonicNs = draft.mono_ns === undefined ? clock.nowNs() : BigInt(draft.mono_ns);
    const place = {
      seq: this.size + 1,
      boot_id: bootId,
      mono_ns: String(monotonicNs),
      timestamp: clock.timestamp(monotonicNs),
      prev: this.state.prev as Digest,
    };
    const sealed = sealRecord(draft, place);
    if (!sealed.ok)
      throw new AuditFailure({
        code: 'not-canonical',
        message: `A ${draft.kind} record cannot be written: ${sealed.error.message}`,
      });
    const { record, line } = sealed.value;
    const frontier = appendLeaf(this.state.frontier, leafHash(line));
    this.state = { ...this.state, next: place.seq + 1, prev: record.evidence_hash as Digest, frontier };
    pending.sealed?.(record.seq);
    return sealed.value;
  }

  private rotateIfFull(): WrittenRecord[] {
    if (this.segment.size < (this.settings.segmentBytes ?? SEGMENT_BYTES)) return [];
    const full = this.segment;
    const path = join(this.settings.directory, segmentName(this.state.next));
    const next = this.guard('A new segment cannot be started', () => new DurableFile(path, 'create', this.calls));
    this.segment = next;
    try {
      const written = this.write([{ build: () => this.segmentRecord() }]);
      syncDirectory(this.settings.directory);
      this.closedSegments.push({ name: basename(full.path), bytes: full.size });
      full.close();
      return written;
    } catch (problem) {
      this.segment = full;
      next.close();
      // Nothing of it was acknowledged; left behind it would stand where the next attempt wants to begin.
      if (!this.failed) unlinkSync(path);
      throw problem;
    }
  }

  private startSegmentIfEmpty(): WrittenRecord[] {
    return this.segment.size === 0 ? this.write([{ build: () => this.segmentRecord() }]) : [];
  }

  private segmentRecord(): RecordDraft {
    return { kind: SEGMENT_STARTED, tree: treeOf(this.state.frontier), kernel: this.ledger?.toRecord() ?? null };
  }

  private guard<Value>(doing: string, action: () => Value, before: ChainState = this.state): Value {
    try {
      return action();
    } catch (problem) {
      this.state = before;
      throw problem instanceof AuditFailure ? problem : new AuditFailure(systemError(problem, doing));
    }
  }

  /** After a failed sync the kernel may have dropped the pages: only reading the disk anew tells what it holds. */
  private sync(file: DurableFile): void {
    try {
      file.sync();
    } catch {
      this.failed = true;
      throw syncFailure(file.path);
    }
  }
}

const NEWLINE = Uint8Array.of(0x0a);

function clockRecord(stepMs: number): RecordDraft {
  const message = `The wall clock was moved by ${stepMs} ms, or the machine slept.`;
  return { kind: 'clock.changed', step_ms: stepMs, message };
}

function syncFailure(path: string): AuditFailure {
  const message = `The disk did not confirm what was written to ${path}.`;
  return new AuditFailure({
    code: 'sync-failed',
    message,
    remedy: 'Check the disk, then restart the helper: it reads the log anew.',
  });
}

/** A first segment without a whole first record holds nothing that was acknowledged; its bytes are kept all the same. */
function keepUnreadable(directory: string, name: string): void {
  const path = join(directory, name);
  if (!existsSync(path) || statSync(path).size === 0) return;
  keepCutBytes(directory, { file: path, size: 0, bytes: readFileSync(path) });
}

/** Moves a log that is not intact out of the way, whole. Returns where it is now. */
export function setLogAside(directory: string, stamp: string): string {
  const aside = `${directory}.broken-${stamp}`;
  renameSync(directory, aside);
  return aside;
}
