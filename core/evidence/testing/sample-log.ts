import { type ChainState, genesisOf, LOG_CREATED, LOG_START, SEGMENT_STARTED, treeOf } from '../chain.ts';
import { originOf, signCheckpoint } from '../checkpoint.ts';
import type { Digest } from '../digest.ts';
import { publicKeyOf } from '../ed25519.ts';
import { formatPublicKey } from '../key-file.ts';
import { appendLeaf, frontierRoot, leafHash } from '../merkle.ts';
import type { RecordDraft } from '../record.ts';
import { sealRecord } from '../seal.ts';
import { segmentName } from '../segment.ts';
import { type Verification, type VerifyOptions, verifyEvidence } from '../verify.ts';

/** A log in memory whose every part a test can change. Lines are without newlines. */
export class SampleLog {
  readonly secretKey: Uint8Array;
  readonly logId: string;
  segments: { name: string; lines: Uint8Array[] }[] = [];
  checkpoints: string[] = [];
  state: ChainState = LOG_START;

  constructor(logId = '00112233', seed = 1) {
    this.logId = logId;
    this.secretKey = new Uint8Array(32).fill(seed);
    this.segments.push({ name: segmentName(1), lines: [] });
    const public_key = formatPublicKey(publicKeyOf(this.secretKey), 'test').trimEnd();
    this.state = { ...this.state, prev: genesisOf(logId) };
    this.append({ kind: LOG_CREATED, log_id: logId, public_key });
  }

  append(draft: RecordDraft): void {
    const seq = this.state.next;
    const second = String(seq % 60).padStart(2, '0');
    const timestamp = `2026-01-01T00:${String(Math.floor(seq / 60)).padStart(2, '0')}:${second}.000000Z`;
    const place = { seq, boot_id: 'boot', mono_ns: String(seq * 1e9), timestamp, prev: this.state.prev as Digest };
    const sealed = sealRecord(draft, place);
    if (!sealed.ok) throw new Error(sealed.error.message);
    const { record, line } = sealed.value;
    const frontier = appendLeaf(this.state.frontier, leafHash(line));
    this.state = { origin: originOf(this.logId), next: seq + 1, prev: record.evidence_hash as Digest, frontier };
    this.segments.at(-1)!.lines.push(line);
  }

  rotate(): void {
    const draft = { kind: SEGMENT_STARTED, tree: treeOf(this.state.frontier), kernel: null };
    this.segments.push({ name: segmentName(this.state.next), lines: [] });
    this.append(draft);
  }

  checkpoint(secretKey = this.secretKey, origin = originOf(this.logId)): string {
    const { frontier } = this.state;
    const note = signCheckpoint({ origin, size: frontier.size, root: frontierRoot(frontier) }, secretKey);
    this.checkpoints.push(note);
    return note;
  }

  files(): { segments: { name: string; bytes: Uint8Array }[]; checkpoints: string } {
    const segments = this.segments.map(({ name, lines }) => ({ name, bytes: joinLines(lines) }));
    return { segments, checkpoints: this.checkpoints.map((note) => `${note}\n`).join('') };
  }

  verify(options: VerifyOptions = {}): Verification {
    return verifyBytes(this.files(), options);
  }
}

export type LogBytes = ReturnType<SampleLog['files']>;

export function verifyBytes(files: LogBytes, options: VerifyOptions = {}): Verification {
  const segments = files.segments.map(({ name, bytes }) => ({ name, chunks: [bytes] }));
  return verifyEvidence({ segments, checkpoints: files.checkpoints }, options);
}

/** Sixty records in three segments of twenty, a checkpoint after every tenth. */
export function sixtyRecords(logId?: string, seed?: number): SampleLog {
  const log = new SampleLog(logId, seed);
  while (log.state.next <= 60) {
    if (log.state.next % 20 === 1) log.rotate();
    else log.append(sampleDraft(log.state.next));
    if ((log.state.next - 1) % 10 === 0) log.checkpoint();
  }
  return log;
}

export function sampleDraft(seq: number): RecordDraft {
  return {
    kind: 'decision',
    session: '1',
    skill_id: 'mail',
    pid: 100 + seq,
    action: 'read',
    path: `/home/dev/${seq}`,
    verdict: 'block',
    operation: 'read',
    call: 'open',
    reason: 'rule',
    rule: { id: 3, pointer: 'permissions.filesystem.read[0]', text: '~/Maildir/**' },
    policy_sha256: 'c'.repeat(64),
  };
}

function joinLines(lines: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(lines.reduce((sum, line) => sum + line.length + 1, 0));
  let offset = 0;
  for (const line of lines) {
    bytes.set(line, offset);
    bytes[offset + line.length] = 0x0a;
    offset += line.length + 1;
  }
  return bytes;
}
