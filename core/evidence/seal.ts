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
  const body = {
    ...empty,
    ...withoutUndefined(draft),
    ...place,
    v: RECORD_VERSION,
    evidence_hash: UNKNOWN_HASH,
  } as const;
  const text = canonicalText(body);
  if (!text.ok) return text;
  const hash = hashOfText(text.value, UNKNOWN_HASH);
  if (hash === null)
    return failure({ code: 'not-canonical', message: 'evidence_hash is the name of one field only', pointer: '' });
  const record = { ...body, evidence_hash: hash } as EvidenceRecord;
  const line = encoder.encode(text.value.replace(hashField(UNKNOWN_HASH), hashField(hash)));
  return success({ record, line });
}

/** `evidence_hash`: SHA-256 of the record's canonical text without the field itself. */
export function evidenceHash(record: object): Result<Digest, CanonicalError> {
  const { evidence_hash: _, ...rest } = record as Record<string, unknown>;
  const text = canonicalText(rest);
  return text.ok ? success(digestOf(text.value)) : failure(text.error);
}

/**
 * The same from the record's whole canonical text. Null if the field is not there exactly once: quotes inside of texts
 * are escaped, so only a field of that name and value can look like it. Another field always follows.
 */
export function hashOfText(text: string, hash: string): Digest | null {
  const field = hashField(hash);
  const start = text.indexOf(field);
  if (start < 0 || text.indexOf(field, start + 1) >= 0) return null;
  return digestOf(text.slice(0, start) + text.slice(start + field.length));
}

const UNKNOWN_HASH = '0'.repeat(64) as Digest;

function hashField(hash: string): string {
  return `"evidence_hash":"${hash}",`;
}

function withoutUndefined(draft: RecordDraft): RecordDraft {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined)) as RecordDraft;
}
