import { type ChainState, followLine, type LinkDamage, LOG_START, readRecord } from './chain.ts';
import { type Checkpoint, type CheckpointError, openCheckpoint, readCheckpoint, splitNotes } from './checkpoint.ts';
import { type ClockReading, type ClockStep, clockStep } from './clock-step.ts';
import type { Damage, DamageKind } from './damage.ts';
import type { PublicKey } from './ed25519.ts';
import { parsePublicKey } from './key-file.ts';
import { type Line, splitLines } from './lines.ts';
import { equalBytes, frontierRoot } from './merkle.ts';
import type { EvidenceRecord } from './record.ts';
import { firstSequenceOf, segmentName } from './segment.ts';

/** A log as bytes. `segments` in the order of their names. */
export type LogFiles = {
  readonly segments: Iterable<{ readonly name: string; readonly chunks: Iterable<Uint8Array> }>;
  /** The whole file of checkpoints. */
  readonly checkpoints: string;
};

export type VerifyOptions = {
  /** The log's key from a place the log's owner cannot reach. Without it the log's own word is taken. */
  readonly publicKey?: PublicKey;
  /** Records known to have existed, from outside. */
  readonly minimumSize?: number;
  /** A checkpoint kept outside: the log must still fit it. */
  readonly anchor?: string;
};

export type Verification = {
  readonly ok: boolean;
  readonly origin: string | null;
  /** Records that stand, from the first. */
  readonly records: number;
  /** Root of their tree, base64. */
  readonly root: string;
  readonly firstBad: number | null;
  readonly damage: Damage | null;
  /** Everything that was found, the first as `damage`. */
  readonly damages: readonly Damage[];
  /** Checkpoints that are signed and fit the records. */
  readonly checkpoints: number;
  /** Records that the last of those covers: later ones can still be rewritten unseen by who can write the files. */
  readonly anchoredSize: number;
  /** The last checkpoint that fits, as a note. */
  readonly lastCheckpoint: string | null;
  readonly gaps: number;
  readonly clockSteps: readonly ClockStep[];
  readonly keySource: 'given' | 'log' | 'none';
};

const MAX_DAMAGES = 100;
const MAX_CLOCK_STEPS = 100;

/** Walks over a whole log once. Sources: RFC 6962, C2SP tlog-checkpoint. */
export function verifyEvidence(files: LogFiles, options: VerifyOptions = {}): Verification {
  const walk = new Walk(files.checkpoints, options);
  for (const segment of files.segments) if (!walk.segment(segment.name, segment.chunks)) break;
  return walk.result();
}

type Claim = { readonly note: string; readonly checkpoint: Checkpoint };

class Walk {
  private state: ChainState = LOG_START;
  private readonly damages: Damage[] = [];
  private readonly claims: readonly Claim[];
  private readonly options: VerifyOptions;
  private readonly anchor: Claim | null;
  private nextClaim = 0;
  private chainBroken = false;
  private key: PublicKey | null;
  private keySource: Verification['keySource'];
  private checkpoints = 0;
  private anchoredSize = 0;
  private lastCheckpoint: string | null = null;
  private gaps = 0;
  private clock: ClockReading | null = null;
  private readonly clockSteps: ClockStep[] = [];

  constructor(checkpoints: string, options: VerifyOptions) {
    this.options = options;
    this.key = options.publicKey ?? null;
    this.keySource = options.publicKey === undefined ? 'none' : 'given';
    this.claims = this.readClaims(checkpoints);
    this.anchor = this.readAnchor(options.anchor);
  }

  /** False once the chain is broken: nothing after that can be judged. */
  segment(name: string, chunks: Iterable<Uint8Array>): boolean {
    const first = firstSequenceOf(name);
    const { next } = this.state;
    if (first !== next) {
      const kind = first !== null && first > next ? 'missing-segment' : 'segment-name';
      const message = `The file ${segmentName(next)} should come next; ${name} stands in its place.`;
      return this.breakChain({ kind, seq: next, message }, name, 0);
    }
    const lines = splitLines(chunks);
    for (const line of lines) if (!this.line(name, line, lines)) return false;
    return true;
  }

  private line(segment: string, line: Line, following: Iterator<Line>): boolean {
    if (!line.ended) {
      const message = `Record ${this.state.next} is cut off: the file ends within it.`;
      return this.breakChain({ kind: 'torn-record', seq: this.state.next, message }, segment, line.offset);
    }
    const link = followLine(this.state, line.bytes);
    if (!link.ok) return this.breakChain(refine(link.error, following), segment, line.offset);
    this.state = link.value.state;
    this.note(link.value.record, segment, line.offset);
    this.compareClaims();
    return true;
  }

  private note(record: EvidenceRecord, segment: string, offset: number): void {
    if (record.seq === 1) this.learnKey(record, segment, offset);
    if (record.kind === 'gap') this.gaps += 1;
    const step = clockStep(this.clock, record);
    this.clock = record;
    if (step !== null && this.clockSteps.length < MAX_CLOCK_STEPS) this.clockSteps.push(step);
  }

  private learnKey(record: EvidenceRecord, segment: string, offset: number): void {
    const named = record.public_key === undefined ? null : parsePublicKey(record.public_key);
    if (this.key === null && named?.ok === true) {
      this.key = named.value;
      this.keySource = 'log';
    } else if (this.key !== null && (named?.ok !== true || !equalBytes(named.value, this.key))) {
      const message = 'The log names another public key than the one it is verified with.';
      this.add({ kind: 'other-key', seq: 1, place: { segment, offset }, message });
    }
  }

  private readClaims(file: string): Claim[] {
    const { notes, rest } = splitNotes(file);
    const claims: Claim[] = [];
    for (const note of rest === '' ? notes : [...notes, rest]) {
      const checkpoint = readCheckpoint(note);
      const seq = claims.at(-1)?.checkpoint.size ?? 0;
      if (checkpoint.ok) claims.push({ note, checkpoint: checkpoint.value });
      else this.add(checkpointDamage(checkpoint.error, seq));
    }
    return claims;
  }

  private readAnchor(note: string | undefined): Claim | null {
    if (note === undefined) return null;
    const checkpoint = readCheckpoint(note);
    if (checkpoint.ok) return { note, checkpoint: checkpoint.value };
    this.add(checkpointDamage(checkpoint.error, 0));
    return null;
  }

  private compareClaims(): void {
    const { size } = this.state.frontier;
    if (this.anchor?.checkpoint.size === size) this.compare(this.anchor);
    for (; this.nextClaim < this.claims.length; this.nextClaim++) {
      const claim = this.claims[this.nextClaim]!;
      if (claim.checkpoint.size > size) return;
      if (claim.checkpoint.size < size) {
        const message = `A checkpoint of ${claim.checkpoint.size} records comes after one of more.`;
        this.add({ kind: 'checkpoint-order', seq: claim.checkpoint.size, place: null, message });
      } else if (this.compare(claim)) {
        this.checkpoints += 1;
        this.anchoredSize = size;
        this.lastCheckpoint = claim.note;
      }
    }
  }

  private compare(claim: Claim): boolean {
    const opened =
      this.key === null || this.state.origin === null ? null : openCheckpoint(claim.note, this.state.origin, this.key);
    const { size, root } = claim.checkpoint;
    if (opened === null || !opened.ok) {
      const error = opened?.error ?? ({ code: 'unknown-key', message: 'The log names no key.' } as const);
      this.add(checkpointDamage(error, size));
      return false;
    }
    if (equalBytes(root, frontierRoot(this.state.frontier))) return true;
    const forked = this.anchoredSize === size;
    const message = forked
      ? `Two signed checkpoints of ${size} records have different roots: there are two histories.`
      : `Records ${this.anchoredSize + 1} to ${size} are not those the checkpoint of ${size} records was signed over.`;
    this.add({
      kind: forked ? 'forked-checkpoints' : 'root-mismatch',
      seq: forked ? size : this.anchoredSize + 1,
      place: null,
      message,
    });
    return false;
  }

  private breakChain(found: LinkDamage, segment: string, offset: number): false {
    this.chainBroken = true;
    this.add({ ...found, place: { segment, offset } });
    return false;
  }

  private add(damage: Damage): void {
    if (this.damages.length < MAX_DAMAGES) this.damages.push(damage);
  }

  /** What only shows once everything was read. */
  private finish(): void {
    const { size } = this.state.frontier;
    if (this.chainBroken) return;
    const claimed = [
      ...this.claims.slice(this.nextClaim).map((claim) => claim.checkpoint.size),
      this.anchor?.checkpoint.size ?? 0,
    ];
    const known = Math.max(this.options.minimumSize ?? 0, ...claimed);
    if (known > size) {
      const message = `The log ends with record ${size}, but there were ${known}.`;
      this.add({ kind: 'truncated', seq: size + 1, place: null, message });
    }
    if (size > 0 && this.claims.length === 0 && this.damages.length === 0) {
      this.add({
        kind: 'no-checkpoint',
        seq: 1,
        place: null,
        message: 'No checkpoint was ever signed for these records.',
      });
    }
  }

  result(): Verification {
    this.finish();
    const damages = this.damages.toSorted((left, right) => left.seq - right.seq);
    const first = damages[0] ?? null;
    return {
      ok: first === null,
      origin: this.state.origin,
      records: this.state.frontier.size,
      root: frontierRoot(this.state.frontier).toBase64(),
      firstBad: first?.seq ?? null,
      damage: first,
      damages,
      checkpoints: this.checkpoints,
      anchoredSize: this.anchoredSize,
      lastCheckpoint: this.lastCheckpoint,
      gaps: this.gaps,
      clockSteps: this.clockSteps,
      keySource: this.keySource,
    };
  }
}

/** Tells two neighbours that changed places from a record that is gone. */
function refine(damage: LinkDamage, following: Iterator<Line>): LinkDamage {
  if (damage.kind !== 'missing') return damage;
  const next = following.next();
  const record = next.done === true ? null : readRecord(next.value.bytes);
  if (record === null || !record.ok || record.value.seq !== damage.seq) return damage;
  return { kind: 'reordered', seq: damage.seq, message: `Record ${damage.seq} stands after its successor.` };
}

const CHECKPOINT_DAMAGE: Record<CheckpointError['code'], DamageKind> = {
  'malformed-note': 'malformed-checkpoint',
  'malformed-checkpoint': 'malformed-checkpoint',
  unsigned: 'unsigned-checkpoint',
  'unknown-key': 'unknown-key',
  'bad-signature': 'bad-signature',
  'other-log': 'other-log',
};

function checkpointDamage(error: CheckpointError, seq: number): Damage {
  return { kind: CHECKPOINT_DAMAGE[error.code], seq, place: null, message: error.message };
}
