import { z } from 'zod';
import { CALLS, type Call, OPERATIONS, REASONS, type Reason, type Verdict } from '../policy/vocabulary.ts';
import { pid, recordNumber, sentence, sessionId, timestamp, uid } from './scalars.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const known = <T>(words: readonly (T | null)[]): T[] => words.filter((word): word is T => word !== null);

export const verdict = z.enum(['allow', 'block', 'kill', 'require_approval'] as const satisfies readonly Verdict[]);

/**
 * A record of the evidence log, as far as clients read it. Everything else in it passes through untouched, because
 * `evidence_hash` covers the whole.
 */
export const auditRecord = z.looseObject({
  v: z.int().min(1),
  seq: recordNumber,
  boot_id: sentence,
  mono_ns: z.string().regex(/^\d{1,20}$/),
  timestamp,
  kind: sentence,
  prev: sentence,
  evidence_hash: hash,
  pid: pid.nullable(),
  skill_id: sentence.nullable(),
  action: sentence.nullable(),
  path: z.string().nullable(),
  verdict: verdict.nullable(),
  session: sessionId.nullish(),
  operation: z.enum(OPERATIONS).nullish(),
  call: z.enum(known<Call>(CALLS)).nullish(),
  reason: z.enum(known<Reason>(REASONS)).nullish(),
  rule: z
    .object({ id: z.int().min(0), pointer: sentence.nullish(), text: sentence.nullish() })
    .loose()
    .nullish(),
  location: sentence.nullish(),
  policy_sha256: sentence.nullish(),
  parent_pid: z.int().min(0).nullish(),
  uid: uid.nullish(),
  process_chain: z
    .array(z.object({ pid, executable: z.string().nullable() }).loose())
    .max(256)
    .nullish(),
  address: sentence.nullish(),
  port: z.int().min(0).max(65_535).nullish(),
  count: z.int().min(1).nullish(),
});
export type AuditRecord = z.infer<typeof auditRecord>;

/** A record together with whose it is. */
export const auditEntry = z.object({
  /** The user who started the session the record speaks of; null: only root may read it. */
  owner: uid.nullable(),
  record: auditRecord,
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** Which records a client wants. */
export const auditFilter = z.strictObject({
  session: sessionId.optional(),
  verdicts: z.array(verdict).min(1).max(4).optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

/** Whether an entry passes the filter. */
export function matchesFilter(entry: AuditEntry, filter: AuditFilter): boolean {
  if (filter.session !== undefined && entry.record.session !== filter.session) return false;
  if (filter.verdicts === undefined) return true;
  return entry.record.verdict !== null && filter.verdicts.includes(entry.record.verdict);
}

/** What a walk over the whole log found. */
export const verification = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('intact'),
    records: z.int().min(0),
    gaps: z.int().min(0),
    root: sentence,
    checkpoint: sentence.nullable(),
  }),
  z.object({
    state: z.literal('damaged'),
    records: z.int().min(0),
    firstBad: recordNumber.nullable(),
    damage: sentence,
  }),
]);
export type Verification = z.infer<typeof verification>;
