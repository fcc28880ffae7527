import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { RangeSet } from './range-set.ts';

/** Number of a kernel event: 1, 2, 3 … since the programs were loaded. */
export type KernelSequence = number;

/** Ranges of lost events that are remembered, so that one that comes after all is still taken. */
const MAX_MISSING_RANGES = 1024;

/** Which kernel events are accounted for: every number up to `contiguous`, and those above. */
export class SequenceLedger {
  readonly bootId: string;
  /** One loading of the kernel programs: their numbers start again with the next. */
  readonly instance: string;
  private contiguous = 0;
  private readonly above = new RangeSet();
  /** Accounted for, but as lost. */
  private readonly missing = new RangeSet();

  constructor(bootId: string, instance: string) {
    this.bootId = bootId;
    this.instance = instance;
  }

  /** Whether this event is in the log already. */
  has(sequence: KernelSequence): boolean {
    if (this.missing.has(sequence)) return false;
    return sequence <= this.contiguous || this.above.has(sequence);
  }

  add(low: KernelSequence, high = low): void {
    this.missing.delete(low, high);
    this.account(low, high);
  }

  declareMissing(low: KernelSequence, high = low): void {
    this.missing.add(low, high);
    while (this.missing.ranges.length > MAX_MISSING_RANGES) this.missing.shift();
    this.account(low, high);
  }

  /** Numbers up to `highest` that are not accounted for. */
  holes(highest = this.highest()): RangeSet {
    const holes = new RangeSet();
    if (highest > this.contiguous) holes.add(this.contiguous + 1, highest);
    for (const [low, high] of this.above.ranges) holes.delete(low, high);
    return holes;
  }

  highest(): KernelSequence {
    return this.above.ranges.at(-1)?.[1] ?? this.contiguous;
  }

  copy(): SequenceLedger {
    return SequenceLedger.restore(this.toRecord());
  }

  toRecord(): NonNullable<EvidenceRecord['kernel']> {
    return {
      boot_id: this.bootId,
      instance: this.instance,
      contiguous: String(this.contiguous),
      above: this.above.toString(),
      missing: this.missing.toString(),
    };
  }

  static restore(state: NonNullable<EvidenceRecord['kernel']>): SequenceLedger {
    const ledger = new SequenceLedger(state.boot_id, state.instance);
    ledger.contiguous = Number(state.contiguous);
    for (const [low, high] of RangeSet.parse(state.above).ranges) ledger.above.add(low, high);
    for (const [low, high] of RangeSet.parse(state.missing).ranges) ledger.missing.add(low, high);
    return ledger;
  }

  private account(low: KernelSequence, high: KernelSequence): void {
    if (high <= this.contiguous) return;
    this.above.add(Math.max(low, this.contiguous + 1), high);
    if (this.above.ranges[0]![0] === this.contiguous + 1) this.contiguous = this.above.shift()![1];
  }
}

export const KERNEL_ATTACHED = 'kernel.attached';
export const GAP = 'gap';

/** The ledger after one more record of the log. Reading a log from the start of any segment gives the same. */
export function accountRecord(ledger: SequenceLedger | null, record: EvidenceRecord): SequenceLedger | null {
  if (record.tree !== undefined) return record.kernel == null ? null : SequenceLedger.restore(record.kernel);
  if (record.kind === KERNEL_ATTACHED) return new SequenceLedger(record.boot_id, record.kernel_instance ?? '');
  if (ledger === null) return null;
  if (record.kernel_sequence !== undefined) ledger.add(Number(record.kernel_sequence));
  for (const [low, high] of RangeSet.parse(record.kernel_sequences ?? '').ranges) {
    if (record.kind === GAP) ledger.declareMissing(low, high);
    else ledger.add(low, high);
  }
  return ledger;
}
