import { z } from 'zod';
import { type EvidenceRecord, RECORDED_VERDICTS, recordSchema } from '../evidence/record.ts';
import { recordNumber, sentence, sessionId, type Uid, uid } from './scalars.ts';

export const verdict = z.enum(RECORDED_VERDICTS);

/** A record together with whose it is. */
export const auditEntry = z.object({
  /** The user who started the session the record speaks of; null: only root may read it. */
  owner: uid.nullable(),
  /** As it stands in the log: `evidence_hash` covers the whole. */
  record: recordSchema,
});
export type AuditEntry = { owner: Uid | null; record: EvidenceRecord };

/** Which records a client wants. */
export const auditFilter = z.strictObject({
  session: sessionId.optional(),
  verdicts: z.array(verdict).min(1).max(RECORDED_VERDICTS.length).optional(),
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
