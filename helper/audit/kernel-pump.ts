import type { Intake, PendingDraft } from './intake.ts';
import type { KernelSource } from './kernel-event.ts';

/** Events read in one go: bounds the time between two looks at other work. */
const BATCH_EVENTS = 1024;
const DUE_INTERVAL_NS = 25_000_000n;

type Uncommitted = { readonly batch: number; readonly position: bigint };

/** Moves events from the kernel into the log, and commits to the kernel only what the log holds. */
export class KernelPump {
  private readonly source: KernelSource;
  private readonly intake: Intake;
  private readonly write: (drafts: readonly PendingDraft[]) => void;
  private readonly nowNs: () => bigint;
  private batch = 0;
  private uncommitted: Uncommitted[] = [];
  private unwritten: PendingDraft[] = [];
  private lastDueNs = 0n;

  /** `write` returns once the records are durable, or throws: then they are tried again by the next step. */
  constructor(
    source: KernelSource,
    intake: Intake,
    write: (drafts: readonly PendingDraft[]) => void,
    nowNs: () => bigint,
  ) {
    this.source = source;
    this.intake = intake;
    this.write = write;
    this.nowNs = nowNs;
  }

  /** One batch. True if it was full, so that there is more to read at once. Throws what `write` throws. */
  step(): boolean {
    if (this.unwritten.length > 0) this.writeOut([]);
    const read = this.source.read(BATCH_EVENTS);
    const nowNs = this.nowNs();
    this.batch += 1;
    if (read !== null) this.uncommitted.push({ batch: this.batch, position: read.position });
    const drafts = read === null ? [] : this.intake.take(read.events, this.batch, nowNs);
    // Numbers given out and not read are only missing if there is nothing left to read.
    const last = read === null ? this.source.lastSequence?.() : undefined;
    if (read === null || nowNs - this.lastDueNs >= DUE_INTERVAL_NS) {
      drafts.push(...this.intake.due(nowNs, last === undefined ? undefined : Number(last)));
      this.lastDueNs = nowNs;
    }
    this.writeOut(drafts);
    this.commit();
    return read !== null && read.events.length >= BATCH_EVENTS;
  }

  /** Writes what is counted so far and commits everything that was read. */
  flush(): void {
    this.writeOut(this.intake.flush());
    this.commit();
  }

  close(): void {
    this.source.close();
  }

  private writeOut(drafts: readonly PendingDraft[]): void {
    this.unwritten.push(...drafts);
    if (this.unwritten.length === 0) return;
    this.write(this.unwritten);
    this.unwritten = [];
  }

  private commit(): void {
    const held = this.intake.heldSince() ?? this.batch + 1;
    const durable = this.uncommitted.filter((one) => one.batch < held);
    const last = durable.at(-1);
    if (last === undefined) return;
    this.source.commit(last.position);
    this.uncommitted = this.uncommitted.slice(durable.length);
  }
}
