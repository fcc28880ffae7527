import type { EvidenceRecord } from '../../core/evidence/record.ts';
import type { Reason } from '../../core/policy/vocabulary.ts';
import { EVERYONE_RECORD } from '../../core/protocol/everyone.ts';
import { visible } from '../terminal/visible.ts';

/** What decided, when it was not a rule of the manifest. */
const REASONS: Readonly<Record<Reason, string>> = {
  rule: 'a rule',
  'no-rule': 'not declared',
  location: 'protected location',
  'directory-move': 'would move a directory into other rights',
  'too-deep': 'path too deep',
  'name-too-long': 'name too long',
  disconnected: 'path has no place on this host',
  'unknown-filesystem': 'unknown file system',
  'unstable-path': 'path kept changing',
  'internal-filesystem': 'kernel-internal file',
  'foreign-process': "another process's /proc",
  'address-family': 'kind of socket no agent gets',
  'no-policy': 'policy not loaded',
  approved: 'allowed by a person',
  denied: 'denied by a person',
  'timed-out': 'nobody answered in time',
  'nobody-to-ask': 'needs approval, nobody was there to ask',
  'cannot-hold': 'needs approval, could not wait for it',
  'guard-unavailable': 'needs approval, the guard could not ask',
  interrupted: 'interrupted while it waited for approval',
  'self-protection': 'aimed at the guard itself',
  'limit-deletions': 'more deletions in a minute than the manifest allows',
  'limit-processes': 'more processes at once than the manifest allows',
  'limit-bytes': 'more bytes sent than the manifest allows',
  'trust-dropped': 'a file of the skill was changed after it was bound',
  'audit-mode': 'not declared: would have been blocked',
  'answers-unread': "a name server's answer had yet to be read",
  'private-address': 'a name led to an address that is not for it',
  'name-expired': 'the name was looked up too long ago',
  'delegated-process': 'would look into a process that acts with a right of its own',
  'outside-skill': 'beyond the skill: another process of the session, or another skill',
  'raw-device': 'a device behind which no rule holds',
  machine: 'would change or watch the machine itself',
  'foreign-object': 'a key or shared memory of another program',
};

/** What became of a rule that wants a person asked. */
const ANSWERS: ReadonlySet<Reason> = new Set([
  ...(['approved', 'denied', 'timed-out', 'nobody-to-ask', 'cannot-hold', 'guard-unavailable', 'interrupted'] as const),
]);

/** What a mode alone has let through, and what it would have been. */
const WOULD_BE = {
  block: 'would have been blocked by ',
  kill: 'would have been killed for ',
  require_approval: 'would have been asked about by ',
  allow: '',
} as const;

/** Why, in a few words: the rule as its author wrote it, the protected location, or the reason. */
export function shortReason(record: EvidenceRecord): string {
  if (record.kind === EVERYONE_RECORD) return reasonOfEveryone(record);
  if (record.verdict !== 'audit' || record.reason === 'audit-mode') return decidingReason(record);
  return `${WOULD_BE[record.would_be ?? 'block']}${decidingReason(record)}`;
}

/** Of a program that is no agent. What its location only notes is no refusal that was let through. */
function reasonOfEveryone({ verdict, would_be: wouldBe, location }: EvidenceRecord): string {
  const where = visible(location ?? 'a location that this version does not know');
  if (verdict === 'block') return `neither trusted nor accepted at ${where}`;
  return wouldBe === undefined ? `noted at ${where}` : `would have been stopped at ${where}`;
}

function decidingReason(record: EvidenceRecord): string {
  const { rule, location, reason, message } = record;
  if (location) return visible(`protected location ${location}`);
  const answer = reason && ANSWERS.has(reason) ? `${REASONS[reason]}; ` : '';
  if (rule && rule.id > 0) {
    return visible(`${answer}${rule.pointer ?? `rule ${rule.id}`}${rule.text ? ` "${rule.text}"` : ''}`);
  }
  if (reason === 'trust-dropped' && message !== undefined) return visible(message);
  if (reason) return REASONS[reason];
  return visible(message ?? '');
}

/** Of an agent: its skill. */
export function subjectOf({ kind, skill_id: skill }: EvidenceRecord): string {
  return kind === EVERYONE_RECORD ? 'everyone else' : visible(skill ?? '-');
}

/** The object: a path, or an address with its port. */
export function objectOf(record: EvidenceRecord): string {
  if (record.path !== null) return visible(record.path);
  if (record.address === undefined) return '';
  const address = record.address.includes(':') ? `[${record.address}]` : record.address;
  return visible(record.port === undefined ? address : `${address}:${record.port}`);
}

/** The process: name of its executable and its number. */
export function processOf(record: EvidenceRecord): string {
  if (record.pid === null) return '';
  const executable = record.process_chain?.[0]?.executable ?? record.comm ?? null;
  const name = executable?.split('/').at(-1) ?? '';
  return visible(`${name}[${record.pid}]`);
}
