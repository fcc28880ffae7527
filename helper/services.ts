/** What the control socket offers, answered by the kernel side, the sessions and the evidence log. */

import type { EvidenceRecord } from '../core/evidence/record.ts';
import type { AuditEntry } from '../core/protocol/audit.ts';
import type { Diagnosis, Enforcement } from '../core/protocol/enforcement.ts';
import { type ProtocolError, protocolError } from '../core/protocol/errors.ts';
import type { HelperEvent } from '../core/protocol/events.ts';
import type { MethodResult, Params } from '../core/protocol/methods.ts';
import { type ModeSettings, NO_MODES } from '../core/protocol/modes.ts';
import type { RecordNumber, Uid } from '../core/protocol/scalars.ts';
import type { Session } from '../core/protocol/session.ts';
import { failure, type Result, success } from '../core/result.ts';
import { AuditFailure } from './audit/audit-error.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { AuditQuery } from './audit/query.ts';
import { RECOGNISED } from './audit/recognised.ts';
import { TRUST_DROPPED } from './audit/trust-dropped.ts';
import { isRoot, type Peer } from './control/peer.ts';
import type { Services } from './control/services.ts';
import type { Enforcer } from './enforce.ts';
import { everyoneMethods } from './everyone/methods.ts';
import { oneAtATime } from './one-at-a-time.ts';

export interface ServiceParts {
  readonly helperVersion: string;
  readonly startedAt: string;
  readonly audit: AuditLog;
  readonly enforcement: Enforcement;
  readonly enforcer: Enforcer | null;
  readonly answering: Services['answering'];
  readonly diagnose: () => Diagnosis;
}

export type RunningServices = Services & { readonly tell: (happened: HelperEvent) => void };

export function services(parts: ServiceParts, listeners: Set<(happened: HelperEvent) => void>): RunningServices {
  const { audit, enforcement, enforcer, helperVersion, answering } = parts;
  // open to everyone and costly, so nobody can start many
  const verify = oneAtATime(() => answer(() => verification(audit)));
  const doctor = oneAtATime(async () => success(parts.diagnose()));
  let lastRecord = 0;
  const tell = (happened: HelperEvent) => {
    for (const hear of listeners) hear(happened);
  };
  audit.onRecord((record) => {
    lastRecord = record.seq;
    if (record.kind === 'decision') countRefusals(enforcer, record);
    if (record.kind === RECOGNISED && enforcer) beginRecognised(enforcer, record);
    if (record.kind === 'session.ended' && record.session) endSession(enforcer, record.session);
    if (record.kind === TRUST_DROPPED && record.session) enforcer?.sessions.trustDropped(record.session);
    tell({ event: 'decision', data: entryOf(record) });
  });
  return {
    helperVersion,
    tell,
    snapshot: () => ({
      enforcement,
      sessions: sessionsOf(enforcer),
      modes: modesOf(enforcer),
      everyone: enforcer?.everyone?.state(),
      ...waiting(enforcer),
    }),
    answering,
    attend: (peer) => {
      const leave = enforcer?.approvals.attend(peer);
      // without whoever shows the questions each would be refused
      const unguard = answering(peer) === 'by-click' ? enforcer?.guard.side.guardians.attend(peer.pid) : undefined;
      return () => {
        unguard?.();
        leave?.();
      };
    },
    lastRecord: () => lastRecord,
    listen(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    methods: {
      ...everyoneMethods(enforcer?.everyone ?? null),
      'session.prepare': async (params, peer) => enforcer?.sessions.prepare(params, peer) ?? notEnforcing(enforcement),
      'session.reserveProxy': async (_params, peer) =>
        enforcer?.sessions.reserveProxy(peer) ?? notEnforcing(enforcement),
      'session.list': async () => success({ sessions: sessionsOf(enforcer) }),
      'manifest.get': async (params, peer) => enforcer?.manifests.get(params, peer) ?? notEnforcing(enforcement),
      'manifest.sign': async (params, peer) => enforcer?.manifests.sign(params, peer) ?? notEnforcing(enforcement),
      'keys.list': async () => enforcer?.keys.list() ?? notEnforcing(enforcement),
      'keys.add': async (params, peer) => enforcer?.keys.add(params, peer) ?? notEnforcing(enforcement),
      'keys.trust': async (params, peer) => enforcer?.keys.trust(params, peer) ?? notEnforcing(enforcement),
      'keys.remove': async (params, peer) => enforcer?.keys.remove(params, peer) ?? notEnforcing(enforcement),
      'keys.revoke': async (params, peer) => enforcer?.keys.revoke(params, peer) ?? notEnforcing(enforcement),
      'keys.repin': async (params, peer) => enforcer?.keys.repin(params, peer) ?? notEnforcing(enforcement),
      'approvals.list': async () => success(waiting(enforcer)),
      'approvals.decide': async (params, peer) => enforcer?.approvals.decide(params, peer) ?? notEnforcing(enforcement),
      'approvals.revoke': async (params, peer) => enforcer?.approvals.revoke(params, peer) ?? notEnforcing(enforcement),
      'starters.list': async () => enforcer?.starters.list() ?? notEnforcing(enforcement),
      'starters.install': async (params, peer) => enforcer?.starters.install(params, peer) ?? notEnforcing(enforcement),
      'starters.remove': async (params, peer) => enforcer?.starters.remove(params, peer) ?? notEnforcing(enforcement),
      'mode.list': async () => success(modesOf(enforcer)),
      'mode.set': async (params, peer) => enforcer?.modes.set(params, peer) ?? notEnforcing(enforcement),
      'audit.query': (params, peer) => answer(() => page(audit, params, peer)),
      'audit.get': ({ seq }) => answer(async () => entryOf((await audit.get(seq)).record)),
      'audit.verify': verify,
      status: async () => success(statusOf(parts, lastRecord)),
      doctor,
    },
  };
}

function waiting(enforcer: Enforcer | null): MethodResult<'approvals.list'> {
  return { approvals: enforcer?.approvals.list() ?? [], grants: enforcer?.approvals.grants() ?? [] };
}

function modesOf(enforcer: Enforcer | null): ModeSettings {
  return enforcer?.modes.list() ?? NO_MODES;
}

function notEnforcing(enforcement: Enforcement): Result<never, ProtocolError> {
  const reason = enforcement.state === 'not-enforcing' ? enforcement.reason : 'the kernel side is not loaded';
  return failure(
    protocolError('not-enforcing', `this machine does not enforce: ${reason}`, {
      remedy: 'Run `ringfence doctor` for what is missing.',
    }),
  );
}

function countRefusals(enforcer: Enforcer | null, record: EvidenceRecord): void {
  if (record.verdict !== 'block' && record.verdict !== 'kill') return;
  if (!record.session) return;
  enforcer?.sessions.count(record.session, record.count ?? 1);
  enforcer?.recognised.count(record.session, record.count ?? 1);
}

function sessionsOf(enforcer: Enforcer | null): Session[] {
  return enforcer ? [...enforcer.sessions.list(), ...enforcer.recognised.list()] : [];
}

function endSession(enforcer: Enforcer | null, session: string): void {
  enforcer?.sessions.end(session);
  enforcer?.recognised.end(session);
}

/** One that the kernel has begun by itself; what was found late is known already. */
function beginRecognised({ recognised }: Enforcer, record: EvidenceRecord): void {
  const { session, owner_uid: owner, pid, path, timestamp: startedAt } = record;
  if (!session || owner === undefined || pid === null || typeof record.agent !== 'number') return;
  recognised.begun({ session, owner, agent: record.agent, pid, path, startedAt });
}

function entryOf(record: EvidenceRecord): AuditEntry {
  return { owner: (record.owner_uid ?? null) as Uid | null, record };
}

/** The log's own errors in the protocol's words. */
async function answer<T>(work: () => Promise<T>): Promise<Result<T, ProtocolError>> {
  try {
    return success(await work());
  } catch (problem) {
    if (!(problem instanceof AuditFailure)) throw problem;
    const { code, message, remedy } = problem.error;
    const word = code === 'not-found' ? 'not-found' : code === 'bad-query' ? 'invalid-params' : 'unavailable';
    return failure(protocolError(word, message, remedy === undefined ? {} : { remedy }));
  }
}

/** Without a starting point the last records are meant, so the log is read backwards. */
async function page(
  audit: AuditLog,
  { afterSeq, limit, session, verdicts }: Params<'audit.query'>,
  peer: Peer,
): Promise<MethodResult<'audit.query'>> {
  const query: AuditQuery = {
    limit,
    ...(afterSeq === undefined ? { order: 'descending' } : { afterSeq, order: 'ascending' }),
    ...(session === undefined ? {} : { session }),
    ...(verdicts === undefined ? {} : { verdicts }),
    ...(isRoot(peer) ? {} : { ownerUid: peer.uid }),
  };
  const found = await audit.query(query);
  const entries = found.entries.map(({ record }) => entryOf(record));
  if (afterSeq === undefined) entries.reverse();
  const last = entries.at(-1)?.record.seq;
  return { entries, next: afterSeq !== undefined && found.more && last ? (last as RecordNumber) : null };
}

async function verification(audit: AuditLog): Promise<MethodResult<'audit.verify'>> {
  const { ok, records, gaps, root, lastCheckpoint, firstBad, damage } = await audit.verify();
  if (ok) return { state: 'intact', records, gaps, root, checkpoint: lastCheckpoint };
  return { state: 'damaged', records, firstBad: firstBad as RecordNumber | null, damage: damage?.message ?? 'unknown' };
}

function statusOf(
  { helperVersion, startedAt, enforcement, enforcer }: ServiceParts,
  records: number,
): MethodResult<'status'> {
  const counters = enforcer?.guard.side.counters() ?? {
    sequence: 0n,
    dropped: 0n,
    answersLost: 0n,
    recognitionsLost: 0n,
  };
  return {
    helperVersion,
    startedAt,
    enforcement,
    events: Number(counters.sequence),
    droppedEvents: Number(counters.dropped),
    lostAnswers: Number(counters.answersLost),
    lostRecognitions: Number(counters.recognitionsLost),
    modes: modesOf(enforcer),
    ...(enforcer?.everyone ? { everyone: enforcer.everyone.state() } : {}),
    records,
  };
}
