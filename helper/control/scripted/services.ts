import { matchesFilter } from '../../../core/protocol/audit.ts';
import { protocolError } from '../../../core/protocol/errors.ts';
import type { HelperEvent } from '../../../core/protocol/events.ts';
import type { MethodResult, Params } from '../../../core/protocol/methods.ts';
import { type Pid, recordNumber } from '../../../core/protocol/scalars.ts';
import { failure, type Result, success } from '../../../core/result.ts';
import { everyoneMethods } from '../../everyone/methods.ts';
import { type IdentifyPeer, isRoot, type Peer } from '../peer.ts';
import type { Services } from '../services.ts';
import { keepUp, ScriptedAnswers, scriptedAnswering } from './answers.ts';
import { scriptedEveryone } from './everyone.ts';
import { scriptedKeys } from './keys.ts';
import { ScriptedManifests } from './manifests.ts';
import { scriptedModes } from './modes.ts';
import { type Script, script } from './script.ts';
import { scriptedStarters } from './starters.ts';

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
    keepUp(happened, told);
    for (const hear of listeners) hear(happened);
  };
  const answers = new ScriptedAnswers(told, happen);
  const manifests = new ScriptedManifests(told);
  const keys = scriptedKeys(told);
  const modes = scriptedModes(told, happen);
  const everyone = scriptedEveryone(told, happen);
  const starters = scriptedStarters(told);
  return {
    helperVersion,
    prepared,
    answering: (peer) => scriptedAnswering(told, peer),
    snapshot: () => ({ enforcement, sessions, approvals, grants, modes: told.modes, everyone: everyone?.state() }),
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
    emit: happen,
    methods: {
      ...everyoneMethods(everyone),
      'session.prepare': async (params) => {
        prepared.push(params);
        return 'code' in told.prepare ? failure(told.prepare) : success(told.prepare);
      },
      'session.reserveProxy': async () => success({ port: 8123, url: 'http://ringfence:word@127.0.0.1:8123' }),
      'session.list': async () => success({ sessions }),
      'approvals.list': async () => success({ approvals, grants }),
      'approvals.decide': async (params, peer) => answers.decide(params, peer),
      'approvals.revoke': async (params, peer) => answers.revoke(params, peer),
      'manifest.get': async (params, peer) => manifests.get(params, peer),
      'manifest.sign': async (params, peer) => manifests.sign(params, peer),
      'keys.list': async () => keys().list(),
      'keys.add': async (params, peer) => keys().add(params, peer),
      'keys.trust': async (params, peer) => keys().trust(params, peer),
      'keys.remove': async (params, peer) => keys().remove(params, peer),
      'keys.revoke': async (params, peer) => keys().revoke(params, peer),
      'keys.repin': async (params, peer) => keys().repin(params, peer),
      'starters.list': async () => starters().list(),
      'starters.install': async (params, peer) => starters().install(params, peer),
      'starters.remove': async (params, peer) => starters().remove(params, peer),
      'mode.list': async () => success(told.modes),
      'mode.set': async (params, peer) => modes.set(params, peer),
      'audit.query': async (params, peer) => success(page(told, params, peer)),
      'audit.get': async ({ seq }) => one(told, seq),
      'audit.verify': async () => success(told.verification),
      status: async () => success({ ...statusOf(told), ...(everyone ? { everyone: everyone.state() } : {}) }),
      doctor: async () => success(told.diagnosis),
    },
  };
}

/** Names the peers in the order of the script. */
export function scriptedPeers(written: unknown): IdentifyPeer {
  const { peers } = script.parse(written);
  let next = 0;
  return async () => {
    const told = peers[Math.min(next, peers.length - 1)] ?? { uid: 0, session: null };
    next += 1;
    return success({ ...told, pid: process.pid as Pid, gid: 0, pidfd: null, atConnect: null } as Peer);
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

function statusOf({ helperVersion, enforcement, entries, modes }: Script): MethodResult<'status'> {
  const startedAt = '2026-01-01T00:00:00.000000Z';
  return {
    helperVersion,
    enforcement,
    startedAt,
    events: 0,
    droppedEvents: 0,
    lostAnswers: 0,
    modes,
    records: entries.length,
  };
}
