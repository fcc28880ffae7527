/** Questions and grants as the helper keeps them, without a kernel: what is answered ends at once. */
import {
  type Answering,
  type ApprovalOption,
  type ApprovalRequest,
  type Grant,
  grantId,
} from '../../../core/protocol/approval.ts';
import { type ProtocolError, protocolError } from '../../../core/protocol/errors.ts';
import type { HelperEvent } from '../../../core/protocol/events.ts';
import type { MethodResult, Params } from '../../../core/protocol/methods.ts';
import { failure, type Result, success } from '../../../core/result.ts';
import { isRoot, type Peer } from '../peer.ts';
import type { Script } from './script.ts';

const MINUTE_MS = 60_000;

type Decided = Result<MethodResult<'approvals.decide'>, ProtocolError>;

export function scriptedAnswering({ answering }: Script, peer: Peer): Answering {
  return answering ?? (isRoot(peer) ? 'as-root' : 'by-password');
}

/** Whether polkit lets the peer do it. */
export function scriptedAuthorization({ authorization }: Script, peer: Peer): Result<void, ProtocolError> {
  if (isRoot(peer) || authorization === 'granted') return success(undefined);
  const remedy = 'Answer again and give your password.';
  return failure(protocolError('not-authorized', 'the authentication was dismissed', { remedy }));
}

export class ScriptedAnswers {
  readonly #told: Script;
  readonly #happen: (happened: HelperEvent) => void;
  #last: number;

  constructor(told: Script, happen: (happened: HelperEvent) => void) {
    this.#told = told;
    this.#happen = happen;
    this.#last = Math.max(0, ...told.grants.map(({ id }) => id));
  }

  decide({ id, option }: Params<'approvals.decide'>, peer: Peer): Decided {
    const question = this.#told.approvals.find((one) => one.id === id);
    if (!question || !isOwn(question, peer)) {
      const remedy = 'See what waits: ringfence approvals';
      return failure(protocolError('not-found', `there is no open question ${id}`, { remedy }));
    }
    if (option === 'deny') return success(this.#deny(question, peer));
    if (!question.options.includes(option)) {
      return failure(protocolError('invalid-params', `question ${id} cannot be answered with ${option}`));
    }
    const may = this.#authorize(option, peer);
    return may.ok ? success(this.#allow(question, option, peer)) : may;
  }

  revoke(
    { grant: id }: Params<'approvals.revoke'>,
    peer: Peer,
  ): Result<MethodResult<'approvals.revoke'>, ProtocolError> {
    const found = this.#told.grants.find((one) => one.id === id);
    if (!found || !isOwn(found, peer)) return failure(protocolError('not-found', `there is no grant ${id} in force`));
    this.#happen({ event: 'grant.ended', data: found });
    return success({});
  }

  #authorize(option: ApprovalOption, peer: Peer): Result<void, ProtocolError> {
    const clicks = scriptedAnswering(this.#told, peer) === 'by-click' && option !== 'allow-rule';
    return clicks ? success(undefined) : scriptedAuthorization(this.#told, peer);
  }

  #deny(question: ApprovalRequest, peer: Peer): MethodResult<'approvals.decide'> {
    for (const one of this.#told.approvals.filter((other) => isAlike(question, other))) this.#end(one, 'denied', peer);
    return { outcome: 'denied', grant: null };
  }

  #allow(question: ApprovalRequest, option: ApprovalOption, peer: Peer): MethodResult<'approvals.decide'> {
    const ofCallAlone = option === 'allow-once' && question.status.state === 'held';
    const grant = ofCallAlone ? null : this.#grant(question, option);
    if (grant) this.#happen({ event: 'grant.made', data: grant });
    const others = this.#told.approvals.filter((other) => other !== question && covers(question, option, other));
    for (const one of [question, ...others]) this.#end(one, 'allowed', peer);
    return { outcome: 'allowed', grant };
  }

  #grant(question: ApprovalRequest, option: ApprovalOption): Grant {
    const { owner, session, skillId, id: request, operations } = question;
    this.#last += 1;
    const now = Date.now();
    const minutes = option === 'allow-15-minutes' ? 15 : option === 'allow-once' ? 10 : null;
    return {
      ...{ id: grantId.parse(this.#last), owner, session, skillId, request, option, operations },
      object: (option === 'allow-rule' ? question.rule?.text : undefined) ?? objectOf(question),
      grantedAt: new Date(now).toISOString(),
      until: minutes === null ? null : new Date(now + minutes * MINUTE_MS).toISOString(),
    };
  }

  #end({ id, owner, session }: ApprovalRequest, outcome: 'allowed' | 'denied', peer: Peer): void {
    this.#happen({ event: 'approval.ended', data: { id, owner, session, outcome, by: peer.uid } });
  }
}

/** What has happened also shows in later snapshots. */
export function keepUp(happened: HelperEvent, { approvals, grants, sessions, entries }: Script): void {
  const { event, data } = happened;
  if (event === 'approval.asked') put(approvals, data);
  else if (event === 'approval.ended') drop(approvals, data);
  else if (event === 'grant.made') put(grants, data);
  else if (event === 'grant.ended') drop(grants, data);
  else if (event === 'session.started' || event === 'session.changed') put(sessions, data);
  else if (event === 'session.ended') drop(sessions, data);
  else if (event === 'decision') entries.push(data);
}

function put<T extends { readonly id: unknown }>(list: T[], item: T): void {
  const known = list.findIndex(({ id }) => id === item.id);
  if (known < 0) list.push(item);
  else list[known] = item;
}

function drop(list: { readonly id: unknown }[], item: { readonly id: unknown }): void {
  const known = list.findIndex(({ id }) => id === item.id);
  if (known >= 0) list.splice(known, 1);
}

function isOwn({ owner }: ApprovalRequest | Grant, peer: Peer): boolean {
  return isRoot(peer) || owner === peer.uid;
}

function wordsOf({ session, operations, path, otherPath, address, port }: ApprovalRequest): string {
  return JSON.stringify([session, operations, path, otherPath, address, port]);
}

function isAlike(one: ApprovalRequest, other: ApprovalRequest): boolean {
  return wordsOf(one) === wordsOf(other);
}

/** Whether the answer to one question settles another as well. */
function covers(one: ApprovalRequest, option: ApprovalOption, other: ApprovalRequest): boolean {
  if (option === 'allow-once' || one.session !== other.session) return false;
  if (option === 'allow-process' && one.chain[0]?.pid !== other.chain[0]?.pid) return false;
  if (option !== 'allow-rule') return isAlike(one, other);
  return one.rule?.pointer === other.rule?.pointer && one.operations.join() === other.operations.join();
}

function objectOf({ path, address, port }: ApprovalRequest): string {
  if (path !== null) return path;
  return address?.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
