import { z } from 'zod';
import { type EvidenceRecord, RECORDED_VERDICTS } from '../../core/evidence/record.ts';

/** Records in one page at most. */
export const MAX_PAGE = 1000;

/** Which records, and which page of them. Times are RFC 3339 in UTC as records carry them; `since` is included, `until` not. */
export const querySchema = z.strictObject({
  afterSeq: z.int().min(0).optional(),
  beforeSeq: z.int().min(1).optional(),
  order: z.enum(['ascending', 'descending']).optional(),
  limit: z.int().min(1).max(MAX_PAGE),
  session: z.string().optional(),
  ownerUid: z.int().min(0).optional(),
  skillId: z.string().optional(),
  verdicts: z.array(z.enum(RECORDED_VERDICTS)).min(1).optional(),
  kinds: z.array(z.string()).min(1).max(64).optional(),
  actions: z.array(z.string()).min(1).max(64).optional(),
  pid: z.int().min(0).optional(),
  pathPrefix: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
});

export type AuditQuery = z.infer<typeof querySchema>;

export type AuditEntry = {
  readonly record: EvidenceRecord;
  /** How often the same was allowed again, as later records count it. */
  readonly repeats: number;
};

/** `more`: there are further records beyond the last entry in this order. */
export type AuditPage = { readonly entries: readonly AuditEntry[]; readonly more: boolean };
