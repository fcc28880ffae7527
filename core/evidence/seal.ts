import { failure, type Result, success } from '../result.ts';
import { type CanonicalError, canonicalText } from './canonical.ts';
import { type Digest, digestOf } from './digest.ts';
import { type EvidenceRecord, RECORD_VERSION, type RecordDraft } from './record.ts';

/** Where a record stands in its log. */
export type RecordPlace = {
  readonly seq: number;
  readonly boot_id: string;
  readonly mono_ns: string;
  /** RFC 3339, UTC, microseconds. */
  readonly timestamp: string;
  readonly prev: Digest;
};

/** A record with its line, without the newline. The bytes of the line are what the Merkle tree holds. */
export type SealedRecord = { readonly record: EvidenceRecord; readonly line: Uint8Array };

const encoder = new TextEncoder();

/** Gives a draft its place and its hash. Fails where the draft has no canonical form. */
export function sealRecord(draft: RecordDraft, place: RecordPlace): Result<SealedRecord, CanonicalError> {
  const empty = { pid: null, skill_id: null, action: null, path: null, verdict: null };
  const body = { ...empty, ...withoutUndefined(draft), ...place, v: RECORD_VERSION } as const;
  const hash = evidenceHash(body);
  if (!hash.ok) return hash;
  const record = { ...body, evidence_hash: hash.value } as EvidenceRecord;
  const text = canonicalText(record);
  return text.ok ? success({ record, line: encoder.encode(text.value) }) : failure(text.error);
}

/** `evidence_hash`: SHA-256 of the record's canonical text without the field itself. */
export function evidenceHash(record: object): Result<Digest, CanonicalError> {
  const { evidence_hash: _, ...rest } = record as Record<string, unknown>;
  const text = canonicalText(rest);
  return text.ok ? success(digestOf(text.value)) : failure(text.error);
}

function withoutUndefined(draft: RecordDraft): RecordDraft {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined)) as RecordDraft;
}
