import type { ApprovalRequest, Grant } from '../../../core/protocol/approval.ts';
import { matchesFilter } from '../../../core/protocol/audit.ts';
import { protocolError } from '../../../core/protocol/errors.ts';
import type { HelperEvent } from '../../../core/protocol/events.ts';
import type { MethodResult, Params } from '../../../core/protocol/methods.ts';
import { type Pid, recordNumber } from '../../../core/protocol/scalars.ts';
import { failure, type Result, success } from '../../../core/result.ts';
import { type IdentifyPeer, isRoot, type Peer } from '../peer.ts';
import type { Services } from '../services.ts';
import { type Script, script } from './script.ts';

export type ScriptedServices = Services & {
  /** Lets something happen; a record also goes to the log. */
  emit(happened: HelperEvent): void;
  /** How many connections can answer now. */
  readonly attending: number;
  /** Every `session.prepare` that came. */
  readonly prepared: Params<'session.prepare'>[];
};

/** Services that answer by a script instead of a kernel: for tests, and for looking at clients. */
export function scriptedServices(written: unknown): ScriptedServices {
  const told: Script = script.parse(written);
  const listeners = new Set<(happened: HelperEvent) => void>();
  const prepared: Params<'session.prepare'>[] = [];
  const { helperVersion, enforcement, sessions, entries, approvals, grants } = told;
  let attending = 0;
  const happen = (happened: HelperEvent): void => {
    keepUp(happened, approvals, grants);
    for (const hear of listeners) hear(happened);
  };
  return {
    helperVersion,
    prepared,
    snapshot: () => ({ enforcement, sessions, approvals, grants }),
    lastRecord: () => entries.at(-1)?.record.seq ?? 0,
    get attending() {
      return attending;
    },
    attend() {
      attending += 1;
      return () => {
        attending -= 1;
      };
    },
    listen(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    emit(happened) {
      if (happened.event === 'decision') entries.push(happened.data);
      happen(happened);
    },
    methods: {
      'session.prepare': async (params) => {
        prepared.push(params);
        return 'code' in told.prepare ? failure(told.prepare) : success(told.prepare);
      },
      'session.list': async () => success({ sessions }),
      'approvals.list': async () => success({ approvals, grants }),
      'approvals.decide': async ({ id, option }, peer) => {
        const question = approvals.find((one) => one.id === id);
        if (!question) return failure(protocolError('too-late', `question ${id} is over`));
        approvals.splice(approvals.indexOf(question), 1);
        const outcome = option === 'deny' ? 'denied' : 'allowed';
        const { owner, session: where } = question;
        happen({ event: 'approval.ended', data: { id, owner, session: where, outcome, by: peer.uid } });
        return success({ outcome, grant: null });
      },
      'approvals.revoke': async ({ grant: id }) => {
        const found = grants.find((one) => one.id === id);
        if (!found) return failure(protocolError('not-found', `there is no grant ${id} in force`));
        grants.splice(grants.indexOf(found), 1);
        happen({ event: 'grant.ended', data: found });
        return success({});
      },
      'audit.query': async (params, peer) => success(page(told, params, peer)),
      'audit.get': async ({ seq }) => one(told, seq),
      'audit.verify': async () => success(told.verification),
      status: async () => success(statusOf(told)),
      doctor: async () => success(told.diagnosis),
    },
  };
}

/** What was scripted to happen also shows in later snapshots. */
function keepUp(happened: HelperEvent, approvals: ApprovalRequest[], grants: Grant[]): void {
  if (happened.event === 'approval.asked') {
    const known = approvals.findIndex(({ id }) => id === happened.data.id);
    if (known < 0) approvals.push(happened.data);
    else approvals[known] = happened.data;
  } else if (happened.event === 'grant.made') grants.push(happened.data);
}

/** Names the peers in the order of the script. */
export function scriptedPeers(written: unknown): IdentifyPeer {
  const { peers } = script.parse(written);
  let next = 0;
  return async () => {
    const told = peers[Math.min(next, peers.length - 1)] ?? { uid: 0, session: null };
    next += 1;
    return success({ ...told, pid: process.pid as Pid, gid: 0, pidfd: null } as Peer);
  };
}

function page(told: Script, params: Params<'audit.query'>, peer: Peer): MethodResult<'audit.query'> {
  const { afterSeq, limit, ...filter } = params;
  const visible = told.entries.filter((each) => isRoot(peer) || each.owner === peer.uid);
  const wanted = visible.filter((each) => matchesFilter(each, filter));
  const following = wanted.filter((each) => afterSeq === undefined || each.record.seq > afterSeq);
  const entries = afterSeq === undefined ? following.slice(-limit) : following.slice(0, limit);
  const last = entries.at(-1)?.record.seq;
  const more = afterSeq !== undefined && following.length > entries.length;
  return { entries, next: more && last !== undefined ? recordNumber.parse(last) : null };
}

function one(told: Script, seq: number): Result<MethodResult<'audit.get'>, ReturnType<typeof protocolError>> {
  const entry = told.entries.find((each) => each.record.seq === seq);
  return entry === undefined ? failure(protocolError('not-found', 'there is no such record')) : success(entry);
}

function statusOf({ helperVersion, enforcement, entries }: Script): MethodResult<'status'> {
  const startedAt = '2026-01-01T00:00:00.000000Z';
  return { helperVersion, enforcement, startedAt, events: 0, droppedEvents: 0, records: entries.length };
}
