import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type ChainState, followLine, readRecord, resumeAt } from '../../core/evidence/chain.ts';
import { type Checkpoint, openCheckpoint, originOf, splitNotes } from '../../core/evidence/checkpoint.ts';
import type { PublicKey } from '../../core/evidence/ed25519.ts';
import { parsePublicKey } from '../../core/evidence/key-file.ts';
import { type Line, MAX_LINE_BYTES, splitLines } from '../../core/evidence/lines.ts';
import { equalBytes, frontierRoot } from '../../core/evidence/merkle.ts';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { segmentName } from '../../core/evidence/segment.ts';
import { type AuditError, AuditFailure } from './audit-error.ts';
import { CHECKPOINT_FILE, readCheckpointFile, readChunks, segmentNames } from './log-files.ts';
import { accountRecord, type SequenceLedger } from './sequence-ledger.ts';

/** Bytes at the end of a file that a crash left behind. `size`: what stays. */
export type TornTail = { readonly file: string; readonly size: number; readonly bytes: Uint8Array };

/** Where an existing log can be continued. */
export type Recovered = {
  readonly state: ChainState;
  readonly segment: string;
  readonly ledger: SequenceLedger | null;
  readonly torn: readonly TornTail[];
  readonly checkpointSize: number;
};

/**
 * Reads as much of a log as continuing it takes: its last segment, the link to the one before, its last checkpoint.
 * Changes nothing. Null: there is no log yet. Throws AuditFailure with `log-broken` where the log is not intact.
 */
export function recoverLog(directory: string, publicKey: PublicKey): Recovered | null {
  const names = segmentNames(directory);
  const notes = splitNotes(readCheckpointFile(directory));
  if (names.length === 0) {
    if (notes.notes.length > 0) throw broken(directory, 'Its checkpoints are there, but no segment is.');
    return null;
  }
  const origin = originOfLog(directory, names[0]!, publicKey);
  if (origin === null) {
    if (notes.notes.length > 0 || names.length > 1) throw broken(directory, `${names[0]} does not start a log.`);
    return null;
  }
  const claim = lastClaim(directory, notes.notes, origin, publicKey);
  const walk = walkTail(directory, names, origin, claim);
  const torn = [...walk.torn];
  if (notes.rest !== '') torn.push(tornCheckpoint(directory, notes.notes));
  return { ...walk, torn, checkpointSize: claim?.size ?? 0 };
}

/** The name of the log as its first record says it; null if a crash left not even that. */
function originOfLog(directory: string, name: string, publicKey: PublicKey): string | null {
  if (name !== segmentName(1))
    throw broken(directory, `The segment ${segmentName(1)} is missing; the first is ${name}.`);
  const line = firstLine(join(directory, name));
  if (line === null || isTorn(line)) return null;
  const record = readRecord(line.bytes);
  if (!record.ok) throw broken(directory, `${name}, record 1: ${record.error.message}`);
  const named = parsePublicKey(record.value.public_key ?? '');
  if (record.value.log_id === undefined || !named.ok)
    throw broken(directory, `${name}, record 1 does not name the log and its key.`);
  if (!equalBytes(named.value, publicKey))
    throw broken(directory, 'It was signed with another key than the one in the key directory.');
  return originOf(record.value.log_id);
}

function lastClaim(
  directory: string,
  notes: readonly string[],
  origin: string,
  publicKey: PublicKey,
): Checkpoint | null {
  const note = notes.at(-1);
  if (note === undefined) return null;
  const opened = openCheckpoint(note, origin, publicKey);
  if (!opened.ok) throw broken(directory, `Its last checkpoint does not hold: ${opened.error.message}`);
  return opened.value;
}

type Tail = Pick<Recovered, 'state' | 'segment' | 'ledger' | 'torn'>;

function walkTail(directory: string, names: readonly string[], origin: string, claim: Checkpoint | null): Tail {
  const start = startOfWalk(directory, names, origin);
  let { state } = start;
  let ledger: SequenceLedger | null = null;
  let torn: TornTail | null = null;
  compareClaim(directory, state, claim);
  for (const name of names.slice(start.index)) {
    if (name !== segmentName(state.next))
      throw broken(directory, `${segmentName(state.next)} should follow; ${name} stands in its place.`);
    for (const line of splitLines(readChunks(join(directory, name)))) {
      const link = line.ended ? followLine(state, line.bytes) : null;
      if (link?.ok === true) {
        ({ state } = link.value);
        ledger = accountRecord(ledger, link.value.record);
        compareClaim(directory, state, claim);
        continue;
      }
      if (name !== names.at(-1) || !isTorn(line))
        throw broken(directory, describe(name, line, state.next, link?.error.message));
      torn = cutFrom(join(directory, name), line.offset);
      break;
    }
  }
  if (claim !== null && claim.size > state.frontier.size) {
    throw broken(directory, `It ends with record ${state.frontier.size}, but ${claim.size} records were signed.`);
  }
  return { state, segment: names.at(-1)!, ledger, torn: torn === null ? [] : [torn] };
}

/** A crash leaves a line without its end, or pages the disk never got: zeros. Anything else is somebody's doing. */
function isTorn(line: Line): boolean {
  return !line.ended || line.bytes.includes(0);
}

function startOfWalk(
  directory: string,
  names: readonly string[],
  origin: string,
): { index: number; state: ChainState } {
  const last = names.length - 1;
  for (let index = last; index >= Math.max(0, last - 1); index--) {
    const line = firstLine(join(directory, names[index]!));
    const isEmpty = line === null || isTorn(line);
    // A crash while a segment was being started leaves it empty or torn: then the one before is read as well.
    if (isEmpty && index === last && index > 0) continue;
    const record = line === null ? null : readRecord(line.bytes);
    const state = record?.ok === true ? resumeAt(record.value, origin) : null;
    if (state === null || record?.ok !== true)
      throw broken(directory, `${names[index]} does not start as a segment does.`);
    if (index > 0) checkLink(directory, names[index - 1]!, record.value);
    return { index, state };
  }
  throw broken(directory, 'Its last two segments are empty.');
}

/** The first record of a segment must follow the last of the one before. */
function checkLink(directory: string, before: string, first: EvidenceRecord): void {
  const line = lastLine(join(directory, before));
  const record = line === null ? null : readRecord(line);
  if (record?.ok !== true) throw broken(directory, `The last record of ${before} is damaged.`);
  if (record.value.seq !== first.seq - 1 || record.value.evidence_hash !== first.prev) {
    throw broken(directory, `Record ${first.seq} does not follow the last record of ${before}.`);
  }
}

function compareClaim(directory: string, state: ChainState, claim: Checkpoint | null): void {
  if (claim?.size !== state.frontier.size || equalBytes(claim.root, frontierRoot(state.frontier))) return;
  throw broken(directory, `Its records up to ${claim.size} are not those that were signed.`);
}

function describe(segment: string, line: Line, next: number, message = 'The line is cut off.'): string {
  return `${segment}, byte ${line.offset}, where record ${next} should stand: ${message}`;
}

function firstLine(path: string): Line | null {
  return splitLines(readChunks(path)).next().value ?? null;
}

function lastLine(path: string): Uint8Array | null {
  const bytes = readTail(path, MAX_LINE_BYTES + 2);
  const end = bytes.length - 1;
  if (end < 0 || bytes[end] !== 0x0a) return null;
  return bytes.subarray(bytes.lastIndexOf(0x0a, end - 1) + 1, end);
}

function readTail(path: string, count: number): Uint8Array {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const bytes = new Uint8Array(Math.min(size, count));
    readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return bytes;
  } finally {
    closeSync(fd);
  }
}

function cutFrom(file: string, size: number): TornTail {
  return { file, size, bytes: Buffer.concat([...readChunks(file, size)]) };
}

function tornCheckpoint(directory: string, whole: readonly string[]): TornTail {
  const size = whole.reduce((sum, note) => sum + Buffer.byteLength(note) + 1, 0);
  return cutFrom(join(directory, CHECKPOINT_FILE), size);
}

function broken(directory: string, what: string): AuditFailure {
  const error: AuditError = {
    code: 'log-broken',
    message: `The evidence log in ${directory} is not intact. ${what}`,
    remedy:
      'Run "ringfence audit verify" to see the extent, keep a copy of the directory, then start the helper with the log set aside.',
  };
  return new AuditFailure(error);
}
