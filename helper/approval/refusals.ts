/** What an agent is told of its own refusals: by a person, by time, by policy, or for want of the guard. */
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import type { RefusalCause } from '../../core/protocol/approval.ts';
import type { SessionId } from '../../core/protocol/scalars.ts';
import type { AuditLog } from '../audit/audit-log.ts';

type Cause = RefusalCause['cause'];

const CAUSES: Readonly<Record<string, Cause>> = {
  denied: 'denied-by-person',
  'timed-out': 'timed-out',
  'nobody-to-ask': 'nobody-to-ask',
  'cannot-hold': 'cannot-hold',
  'guard-unavailable': 'guard-unavailable',
  interrupted: 'interrupted',
  'trust-dropped': 'trust-dropped',
  'limit-deletions': 'limit-reached',
  'limit-processes': 'limit-reached',
  'limit-bytes': 'limit-reached',
};

const EXPLANATIONS: Readonly<Record<Cause, string>> = {
  'denied-by-person': 'A person looked at this and said no. Do not try it another way; ask them.',
  'timed-out': 'Nobody answered in time. It can be allowed for the next attempt: tell the user, then try again.',
  'nobody-to-ask': 'It needs approval and nobody was there to ask. Once the user has allowed it, try again.',
  'cannot-hold': 'It needs approval and could not wait for it. Once the user has allowed it, try again.',
  interrupted: 'A signal such as Ctrl-C came while it waited for approval.',
  'guard-unavailable': 'It needs approval and the guard was not able to ask. Try again later.',
  'trust-dropped':
    'A file of the skill was changed after it was bound, so nothing that its manifest grants is allowed any more. Tell the user: the skill has to be looked at, signed again and started again.',
  'limit-reached':
    'The session has done as much of this as its manifest allows: deletions within a minute, processes at once, or bytes sent in all.',
  'by-policy': 'The manifest does not grant this, or the place is protected. No answer of a person changes that.',
};

/** The last refusals of a session, newest first. */
export async function refusalsOf(audit: AuditLog, session: SessionId, limit: number): Promise<RefusalCause[]> {
  const verdicts = ['block' as const, 'kill' as const];
  const page = await audit.query({ session, verdicts, limit, order: 'descending' });
  return page.entries.map(({ record }) => explain(record));
}

function explain(record: EvidenceRecord): RefusalCause {
  const cause = CAUSES[record.reason ?? ''] ?? 'by-policy';
  return {
    record: record.seq,
    timestamp: record.timestamp,
    operation: record.operation ?? record.action ?? '',
    object: record.path ?? (record.address === undefined ? '' : `${record.address} port ${record.port ?? 0}`),
    cause,
    count: record.count ?? 1,
    explanation: EXPLANATIONS[cause],
  };
}
