import { failure, type Result, success } from '../result.ts';
import { canonicalText } from './canonical.ts';
import { originOf } from './checkpoint.ts';
import type { DamageKind } from './damage.ts';
import { type Digest, digestOf } from './digest.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import { appendLeaf, EMPTY_FRONTIER, type Frontier, isFrontier, leafHash } from './merkle.ts';
import { type EvidenceRecord, recordSchema } from './record.ts';
import { hashOfText } from './seal.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Kinds of the records that start a file. */
export const LOG_CREATED = 'log.created';
export const SEGMENT_STARTED = 'segment.started';

/** Where a reader stands: what the next record must be, and the tree of all before it. */
export type ChainState = {
  /** Name of the log; null before its first record. */
  readonly origin: string | null;
  readonly next: number;
  readonly prev: Digest | null;
  readonly frontier: Frontier;
};

export type LinkDamage = { readonly kind: DamageKind; readonly seq: number; readonly message: string };
export type Link = { readonly record: EvidenceRecord; readonly state: ChainState };

export const LOG_START: ChainState = { origin: null, next: 1, prev: null, frontier: EMPTY_FRONTIER };

/** `prev` of the first record: binds the chain to the log's name. */
export function genesisOf(logId: string): Digest {
  return digestOf(originOf(logId));
}

/** Judges one line (without its newline) as the successor of `state`. */
export function followLine(state: ChainState, line: Uint8Array): Result<Link, LinkDamage> {
  const record = readRecord(line);
  if (!record.ok) return damage(record.error.kind, state.next, record.error.message);
  return followRecord(state, record.value, line);
}

function followRecord(state: ChainState, record: EvidenceRecord, line: Uint8Array): Result<Link, LinkDamage> {
  const { next } = state;
  if (record.seq > next)
    return damage('missing', next, `Record ${next} is missing; ${record.seq} stands in its place.`);
  if (record.seq < next)
    return damage('repeated', record.seq, `Record ${record.seq} comes again where ${next} should stand.`);
  const origin = originAfter(state, record);
  if (!origin.ok) return origin;
  if (state.prev !== null && record.prev !== state.prev) {
    return damage('broken-link', next, `Record ${next} does not follow record ${next - 1}: its prev is another hash.`);
  }
  if (record.tree !== undefined && !sameTree(record.tree, state.frontier)) {
    return damage(
      'tree-mismatch',
      next,
      `Record ${next} starts a segment with another tree than the records before it make.`,
    );
  }
  const frontier = appendLeaf(state.frontier, leafHash(line));
  const prev = record.evidence_hash as Digest;
  return success({ record, state: { origin: origin.value, next: next + 1, prev, frontier } });
}

function originAfter(state: ChainState, record: EvidenceRecord): Result<string | null, LinkDamage> {
  const first = record.seq === 1;
  if (!first && record.kind === LOG_CREATED)
    return damage('other-log', record.seq, `Record ${record.seq} starts another log.`);
  if (!first) return success(state.origin);
  if (record.kind !== LOG_CREATED || record.log_id === undefined || record.prev !== genesisOf(record.log_id)) {
    return damage('other-log', 1, 'The first record does not name the log it starts.');
  }
  return success(originOf(record.log_id));
}

/** A record in its one written form, its hash fitting its content; its place is not judged. */
export function readRecord(line: Uint8Array): Result<EvidenceRecord, { kind: DamageKind; message: string }> {
  if (line.length > MAX_LINE_BYTES)
    return failure({ kind: 'not-a-record', message: `The line is longer than ${MAX_LINE_BYTES} bytes.` });
  const written = decodeText(line);
  const value = parseJson(written);
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
    return failure({ kind: 'not-a-record', message: `The line is not a record${where}.` });
  }
  // The value, not zod's copy of it: what is judged is the line.
  const text = canonicalText(value);
  if (written === null || !text.ok || text.value !== written) {
    return failure({
      kind: 'not-canonical',
      message: 'The line means a record but is not written as the log writes it.',
    });
  }
  if (hashOfText(written, parsed.data.evidence_hash) !== parsed.data.evidence_hash) {
    return failure({ kind: 'changed', message: 'The content does not fit evidence_hash.' });
  }
  return success(parsed.data);
}

/** Null for what is no UTF-8. Every other line has one text, and every text one line. */
function decodeText(line: Uint8Array): string | null {
  try {
    return decoder.decode(line);
  } catch {
    return null;
  }
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The tree of a frontier as records carry it. */
export function treeOf(frontier: Frontier): { size: number; hashes: string[] } {
  return { size: frontier.size, hashes: frontier.hashes.map((hash) => hash.toHex()) };
}

function sameTree(tree: { size: number; hashes: string[] }, frontier: Frontier): boolean {
  const own = treeOf(frontier);
  return tree.size === own.size && tree.hashes.join() === own.hashes.join();
}

/**
 * Where a reader stands who begins with the first record of a segment. What the record says of the log before it is
 * believed: it is in the chain, and a full verification compares it.
 */
export function resumeAt(record: EvidenceRecord, origin: string | null): ChainState | null {
  if (record.seq === 1) return LOG_START;
  if (record.kind !== SEGMENT_STARTED || record.tree === undefined) return null;
  const frontier = { size: record.tree.size, hashes: record.tree.hashes.map((hash) => Uint8Array.fromHex(hash)) };
  if (!isFrontier(frontier) || frontier.size !== record.seq - 1) return null;
  return { origin, next: record.seq, prev: record.prev as Digest, frontier };
}

function damage(kind: DamageKind, seq: number, message: string): Result<never, LinkDamage> {
  return failure({ kind, seq, message });
}
