/** Questions that the kernel asks, and the people who answer them. Whatever nobody answers is refused. */
import type {
  Answering,
  ApprovalEnd,
  ApprovalOption,
  ApprovalOutcome,
  ApprovalRequest,
  Grant,
} from '../../core/protocol/approval.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import type { MethodResult, Params } from '../../core/protocol/methods.ts';
import type { SessionId, Uid } from '../../core/protocol/scalars.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { RecordDraft } from '../audit/options.ts';
import { isRoot, type Peer } from '../control/peer.ts';
import type { Answer, Asked, Concluded, HeldCallEvent, HeldCallTables, PendingCall } from '../kernel/held-call.ts';
import type { AskingSession } from './asking-session.ts';
import { Attendance } from './attendance.ts';
import type { Authorize } from './authorize.ts';
import { Followers } from './followers.ts';
import { Grants, GrantsFull } from './grants.ts';
import { Newcomers } from './newcomers.ts';
import type { Processes, ProcessIdentity } from './processes.ts';
import { type Question, shownRequest } from './question.ts';
import { Shells } from './shells.ts';

/** What was refused can be allowed for its next attempt for so long. */
const INBOX_NS = 600_000_000_000n;
const MOST_HELD = 64;
const MOST_IN_INBOX = 256;
const MOST_INBOX_BYTES = 192 * 1024;
/** Held ones are as long as the agent likes, up to this together. */
const MOST_HELD_BYTES = 128 * 1024;
/** A held call that the kernel no longer knows is dropped after its deadline and this. */
const GRACE_NS = 5_000_000_000n;

export interface ApprovalsOptions {
  readonly tables: HeldCallTables;
  readonly processes: Pick<
    Processes,
    'lives' | 'isInterrupted' | 'isSuspended' | 'isStopped' | 'chain' | 'ancestors' | 'parent'
  >;
  readonly sessionOf: (number: bigint) => AskingSession | null;
  /** The session whose label a process carries. */
  readonly labelOf: (pid: number) => SessionId | null;
  readonly authorize: Authorize;
  /** What it takes a peer to allow something; left out: nothing of root, a password of everyone else. */
  readonly answering?: (peer: Peer) => Answering;
  readonly tell: (happened: HelperEvent) => void;
  /** For the log; it does not wait, since the kernel's own event tells who answered. */
  readonly record: (draft: RecordDraft) => void;
  /** CLOCK_MONOTONIC. */
  readonly nowNs: () => bigint;
}

type Decided = Result<MethodResult<'approvals.decide'>, ProtocolError>;

const NOBODY = { approver: null } as const;

/** How an answer was given: by a click in the desktop app, with a password, by root. */
type Proof = 'desktop' | 'password' | 'root';
/** Who answered, and how; a no needs no proof. */
type Answerer = { readonly uid: Uid; readonly by: Proof | null };

/** What a click is enough for: nothing that outlasts the session or reaches beyond the question. */
const CLICKABLE: ReadonlySet<ApprovalOption> = new Set([
  'allow-once',
  'allow-process',
  'allow-session',
  'allow-15-minutes',
] as const);

export class Approvals {
  readonly #options: ApprovalsOptions;
  readonly #open = new Map<number, Question>();
  readonly #attendance: Attendance;
  readonly #grants: Grants;
  readonly #newcomers: Newcomers;
  readonly #followers: Followers;
  readonly #shells: Shells;

  constructor(options: ApprovalsOptions) {
    const { tables, processes, nowNs, tell, labelOf } = options;
    this.#options = options;
    this.#attendance = new Attendance(tables);
    this.#newcomers = new Newcomers(nowNs);
    this.#followers = new Followers({
      ...{ processes, nowNs },
      resume: (process) => tables.resume(process),
      isHeld: (pid) => [...this.#open.values()].some((question) => keepsStopped(question, pid)),
    });
    this.#shells = new Shells({ processes, tables, labelOf });
    const ended = (grant: Grant) => tell({ event: 'grant.ended', data: grant });
    this.#grants = new Grants({ tables, processes, nowNs, ended });
  }

  /** Refuses and wakes whatever an earlier helper left waiting; the answers it was given end with it. */
  recover(): void {
    this.#options.tables.revokeAll();
    const { tables, sessionOf } = this.#options;
    for (const call of tables.pending()) {
      const session = sessionOf(call.session);
      const launcherPid = session?.launcherPid ?? null;
      const shell = session && this.#shells.over(call.pid, session.id);
      const above = this.#above(call.pid, launcherPid, shell);
      this.#refuse(call, 'guard-unavailable');
      this.#followers.follow(above, launcherPid);
    }
  }

  list(): ApprovalRequest[] {
    return [...this.#open.values()].filter(({ answered }) => answered === null).map(shownRequest);
  }

  grants(): Grant[] {
    return this.#grants.list();
  }

  /** As long as it lasts, calls of this user's agents are held. */
  attend(peer: Peer): () => void {
    return this.#attendance.arrive(peer.uid);
  }

  sessionBegan(session: AskingSession): void {
    this.#attendance.begin(session);
  }

  sessionEnded(session: bigint): void {
    this.#attendance.end(session);
    this.#grants.endSession(session);
    for (const question of this.#open.values()) {
      if (question.session.number === session && question.status.state === 'refused') this.#end(question, 'withdrawn');
    }
  }

  /** Nothing that waits can be allowed any more, nor is what was allowed of use. */
  trustDropped(session: bigint): void {
    this.#grants.endSession(session);
    for (const question of this.#open.values()) {
      if (question.session.number !== session) continue;
      if (question.status.state === 'refused') this.#end(question, 'withdrawn');
      else this.#settle(question, { verdict: 'block', reason: 'trust-dropped', ...NOBODY });
    }
  }

  /** Held calls of the session are judged once more: they go on, or wait on. */
  modeChanged(session: bigint): void {
    for (const question of this.#open.values()) {
      if (question.session.number === session && question.status.state === 'held') this.#wake(question);
    }
  }

  /** The same for what one skill of the session asks: the kernel refuses it whatever was granted. */
  skillDropped(session: bigint, skillId: string): void {
    for (const question of this.#open.values()) {
      const { number, skillOf } = question.session;
      if (number !== session || skillOf(question.asked.skill) !== skillId) continue;
      if (question.status.state === 'refused') this.#end(question, 'withdrawn');
      else this.#settle(question, { verdict: 'block', reason: 'trust-dropped', ...NOBODY });
    }
  }

  hear(happened: HeldCallEvent): void {
    if (happened.kind === 'asked') this.#asked(happened);
    else if (happened.kind === 'concluded') this.#concluded(happened);
    else {
      const question = this.#open.get(happened.request);
      if (question) this.#end(question, 'withdrawn');
    }
  }

  /** To be called often while something is open: time-outs, interrupts, what has ended by itself. */
  sweep(): void {
    const now = this.#options.nowNs();
    for (const question of this.#open.values()) {
      if (question.status.state === 'refused') {
        if (question.expiresNs <= now) this.#end(question, 'timed-out');
      } else this.#watch(question, now);
    }
    this.#grants.sweep();
    this.#followers.sweep();
  }

  get busy(): boolean {
    return this.#open.size > 0;
  }

  async decide({ id, option }: Params<'approvals.decide'>, peer: Peer): Promise<Decided> {
    const found = this.#find(id, peer);
    if (!found.ok) return found;
    if (option === 'deny') return success(this.#deny(found.value, peer));
    if (!shownRequest(found.value).options.includes(option)) {
      return failure(protocolError('invalid-params', `question ${id} cannot be answered with ${option}`));
    }
    const proof = await this.#prove(peer, option);
    if (!proof.ok) return proof;
    // meanwhile it may have been answered or given up
    const still = this.#find(id, peer);
    return still.ok ? this.#allow(still.value, option, { uid: peer.uid, by: proof.value }) : failure(tooLate(id));
  }

  #answering(peer: Peer): Answering {
    return this.#options.answering?.(peer) ?? (isRoot(peer) ? 'as-root' : 'by-password');
  }

  async #prove(peer: Peer, option: ApprovalOption): Promise<Result<Proof, ProtocolError>> {
    const answering = this.#answering(peer);
    if (answering === 'by-click' && CLICKABLE.has(option)) return success('desktop');
    const may = await this.#options.authorize(peer, 'io.ringfence.approve');
    return may.ok ? success(answering === 'as-root' ? 'root' : 'password') : may;
  }

  revoke(
    { grant: id }: Params<'approvals.revoke'>,
    peer: Peer,
  ): Result<MethodResult<'approvals.revoke'>, ProtocolError> {
    const grant = this.#grants.find(id);
    if (!grant || !(isRoot(peer) || grant.owner === peer.uid)) {
      return failure(protocolError('not-found', `there is no grant ${id} in force`));
    }
    this.#grants.revoke(id);
    this.#options.record({ kind: 'grant.revoked', session: grant.session, grant: id, revoker_uid: peer.uid });
    return success({});
  }

  #asked(asked: Asked): void {
    const session = this.#options.sessionOf(asked.session);
    if (!session) {
      if (asked.held) this.#refuse(asked, 'guard-unavailable');
      return;
    }
    if (asked.held && this.#countOf(session, 'held') >= MOST_HELD) {
      this.#refuse(asked, 'cannot-hold');
      return;
    }
    if (!asked.held && (this.#isKnown(asked) || !this.#newcomers.admits(asked.session))) return;
    const question = this.#questionOf(asked, session);
    question.shownBytes = Buffer.byteLength(JSON.stringify(shownRequest(question)));
    if (asked.held && this.#heldBytes(session) + question.shownBytes > MOST_HELD_BYTES) {
      this.#refuse(asked, 'cannot-hold');
      return;
    }
    this.#open.set(asked.request, question);
    if (!asked.held) this.#makeRoom(session);
    if (asked.held && asked.isJob && !this.#stopShell(question)) {
      // refused by the kernel in turn, it is told of as what can be allowed the next time
      this.#settle(question, { verdict: 'block', reason: 'cannot-hold', ...NOBODY });
    } else this.#tellAsked(question);
  }

  #stopShell(question: Question): boolean {
    const { asked, shell } = question;
    const stillWaits = () => this.#open.get(asked.request) === question && question.answered === null;
    return shell !== null && this.#shells.stop(shell, asked.request, stillWaits);
  }

  #questionOf(asked: Asked, session: AskingSession): Question {
    const { nowNs, processes } = this.#options;
    const now = nowNs();
    const held = { state: 'held', until: wallClock(asked.deadlineNs - now) } as const;
    const shell = asked.held && asked.isJob ? this.#shells.over(asked.pid, session.id) : null;
    return {
      asked,
      session,
      chain: processes.chain(asked.pid, session.launcherPid),
      above: asked.held ? this.#above(asked.pid, session.launcherPid, shell) : [],
      shell,
      askedAt: wallClock(asked.monotonicNs - now),
      status: asked.held ? held : { state: 'refused', because: becauseOf(asked.reason) },
      answered: null,
      shownBytes: 0,
      expiresNs: asked.held ? asked.deadlineNs : now + INBOX_NS,
    };
  }

  /** Who may have to be woken after it. */
  #above(pid: number, launcherPid: number | null, shell: ProcessIdentity | null): ProcessIdentity[] {
    const above = this.#options.processes.ancestors(pid, launcherPid);
    return shell === null || above.some((process) => process.pid === shell.pid) ? above : [...above, shell];
  }

  #heldBytes(session: AskingSession): number {
    const held = [...this.#open.values()].filter((one) => one.session.id === session.id && one.status.state === 'held');
    return held.reduce((sum, one) => sum + one.shownBytes, 0);
  }

  /** The same refusal again does not fill the inbox. */
  #isKnown(asked: Asked): boolean {
    return [...this.#open.values()].some(
      (known) =>
        known.status.state === 'refused' &&
        known.asked.session === asked.session &&
        Buffer.compare(known.asked.question, asked.question) === 0,
    );
  }

  #countOf(session: AskingSession, state: Question['status']['state']): number {
    return [...this.#open.values()].filter((one) => one.session.id === session.id && one.status.state === state).length;
  }

  /** By number and by size: every client is shown all of it at once. */
  #makeRoom(session: AskingSession): void {
    const refused = [...this.#open.values()].filter(
      (one) => one.session.id === session.id && one.status.state === 'refused',
    );
    let bytes = refused.reduce((sum, one) => sum + one.shownBytes, 0);
    for (let count = refused.length; count > MOST_IN_INBOX || bytes > MOST_INBOX_BYTES; count--) {
      const oldest = refused.shift();
      if (!oldest) return;
      bytes -= oldest.shownBytes;
      this.#end(oldest, 'timed-out');
    }
  }

  #concluded({ request, verdict, reason }: Concluded): void {
    const question = this.#open.get(request);
    if (!question) return;
    if (verdict === 'allow') this.#end(question, 'allowed');
    else if (reason === 'denied') this.#end(question, 'denied');
    else if (reason === 'interrupted') this.#end(question, 'interrupted');
    // allowed, but the session has used up its limit: no further answer lets it through
    else if (reason.startsWith('limit-')) this.#end(question, 'withdrawn');
    else this.#keepForNextAttempt(question, becauseOf(reason));
  }

  /** Refused without a person's word: it can still be allowed. */
  #keepForNextAttempt(question: Question, because: ReturnType<typeof becauseOf>): void {
    question.status = { state: 'refused', because };
    question.answered = null;
    question.expiresNs = this.#options.nowNs() + INBOX_NS;
    this.#followers.follow(question.above, question.session.launcherPid);
    this.#makeRoom(question.session);
    this.#tellAsked(question);
  }

  #watch(question: Question, now: bigint): void {
    const { asked } = question;
    const { processes } = this.#options;
    if (!processes.lives(asked)) this.#drop(question);
    else if (now > question.expiresNs + GRACE_NS) this.#giveUp(question);
    else if (question.answered) this.#wake(question);
    else if (now >= question.expiresNs) this.#settle(question, { verdict: 'block', reason: 'timed-out', ...NOBODY });
    else if (processes.isInterrupted(asked.pid, asked.tid)) {
      this.#settle(question, { verdict: 'block', reason: 'interrupted', ...NOBODY });
    }
  }

  /** Its process is gone; an answer that nobody has taken goes with it. */
  #drop(question: Question): void {
    this.#options.tables.forget(question.asked.request);
    this.#end(question, 'withdrawn');
  }

  /** The call has left without its answer, and comes back for it or not: a yes is not kept for it. */
  #giveUp(question: Question): void {
    const { tables } = this.#options;
    tables.decide(question.asked.request, { verdict: 'block', reason: 'timed-out', ...NOBODY });
    tables.resume(question.asked);
    this.#end(question, 'withdrawn');
  }

  #find(id: number, peer: Peer): Result<Question, ProtocolError> {
    const question = this.#open.get(id);
    if (!question || !(isRoot(peer) || question.session.owner === peer.uid)) {
      const remedy = 'See what waits: ringfence approvals';
      return failure(protocolError('not-found', `there is no open question ${id}`, { remedy }));
    }
    return question.answered ? failure(tooLate(id)) : success(question);
  }

  #allow(question: Question, option: ApprovalOption, who: Answerer): Decided {
    const isHeld = question.status.state === 'held';
    let grant: Grant | null = null;
    if (option !== 'allow-once' || !isHeld) {
      try {
        grant = this.#grants.make(question, option, who.uid);
      } catch (error) {
        if (!(error instanceof GrantsFull)) throw error;
        return failure(
          protocolError('limit-reached', 'too many grants are in force', { remedy: 'Revoke some first.' }),
        );
      }
      this.#options.tell({ event: 'grant.made', data: grant });
    }
    if (option === 'allow-once' && isHeld) return this.#allowOnce(question, who);
    this.#recordAnswer(question, option, who);
    this.#pass(question, option, who.uid);
    if (grant) this.#passCovered(grant, option, who);
    return success({ outcome: 'allowed', grant });
  }

  /** Other threads of the process that wait for the very same go on with it: a program means one thing by them. */
  #allowOnce(question: Question, who: Answerer): Decided {
    try {
      this.#grants.allowRepeats(question, who.uid);
    } catch (error) {
      // then its repeats ask again
      if (!(error instanceof GrantsFull)) throw error;
    }
    const { pid, startNs } = question.asked;
    for (const same of this.#alike(question)) {
      if (same.status.state !== 'held' || same.asked.pid !== pid || same.asked.startNs !== startNs) continue;
      this.#recordAnswer(same, 'allow-once', who);
      this.#pass(same, 'allow-once', who.uid);
    }
    return success({ outcome: 'allowed', grant: null });
  }

  /** Other questions that the same answer settles. */
  #passCovered(grant: Grant, option: ApprovalOption, who: Answerer): void {
    if (option === 'allow-once') return;
    for (const other of this.#open.values()) {
      if (other.answered || !this.#grants.covers(grant.id, other)) continue;
      this.#recordAnswer(other, option, who);
      this.#pass(other, option, who.uid);
    }
  }

  #pass(question: Question, option: ApprovalOption, by: Uid): void {
    if (question.status.state === 'refused') this.#end(question, 'allowed', by);
    else this.#settle(question, { verdict: 'allow', reason: 'approved', approver: by }, option, by);
  }

  #deny(question: Question, peer: Peer): MethodResult<'approvals.decide'> {
    try {
      this.#grants.denyRepeats(question, peer.uid);
    } catch (error) {
      // then the next attempt asks again
      if (!(error instanceof GrantsFull)) throw error;
    }
    const answering = this.#answering(peer);
    const by = answering === 'as-root' ? 'root' : answering === 'by-click' ? 'desktop' : null;
    for (const same of this.#alike(question)) this.#refuseFor(same, { uid: peer.uid, by });
    return { outcome: 'denied', grant: null };
  }

  /** This question, and those that other threads and processes wait for in the very same words. */
  #alike({ asked }: Question): Question[] {
    return [...this.#open.values()].filter(
      (one) => !one.answered && Buffer.compare(one.asked.question, asked.question) === 0,
    );
  }

  #refuseFor(question: Question, who: Answerer): void {
    this.#recordAnswer(question, 'deny', who);
    const answer = { verdict: 'block', reason: 'denied', approver: who.uid } as const;
    if (question.status.state === 'refused') this.#end(question, 'denied', who.uid);
    else this.#settle(question, answer, 'deny', who.uid);
  }

  /** Gives the kernel its answer; the end of the question is told when the kernel has used it. */
  #settle(question: Question, answer: Answer, option: ApprovalOption | null = null, by: Uid | null = null): void {
    question.answered = { option, by };
    this.#options.tables.decide(question.asked.request, answer);
    this.#wake(question);
    this.#followers.follow(question.above, question.session.launcherPid);
  }

  /** What the terminal has stopped stays so: its `fg` wakes it, and the call finds its answer then. */
  #wake({ asked, session }: Question): void {
    const { tables, processes } = this.#options;
    if (!processes.isSuspended(asked.pid, session.launcherPid)) tables.resume(asked);
  }

  /** Without a question of ours: nobody was or will be asked. */
  #refuse(call: Asked | PendingCall, reason: 'guard-unavailable' | 'cannot-hold'): void {
    this.#options.tables.decide(call.request, { verdict: 'block', reason, ...NOBODY });
    this.#options.tables.resume(call);
  }

  #recordAnswer({ asked, session }: Question, option: ApprovalOption, { uid, by }: Answerer): void {
    const about = {
      session: session.id,
      skill_id: session.skillOf(asked.skill),
      owner_uid: session.owner,
      pid: asked.pid,
    };
    const answer = { request: asked.request, option, approver_uid: uid, ...(by === null ? {} : { by }) };
    this.#options.record({ kind: 'approval.answered', ...about, ...answer });
  }

  #tellAsked(question: Question): void {
    this.#options.tell({ event: 'approval.asked', data: shownRequest(question) });
  }

  #end(question: Question, outcome: ApprovalOutcome, by: Uid | null = question.answered?.by ?? null): void {
    const { asked, session } = question;
    this.#open.delete(asked.request);
    this.#followers.follow(question.above, session.launcherPid);
    const { id } = shownRequest(question);
    const data: ApprovalEnd = { id, owner: session.owner, session: session.id, outcome, by };
    this.#options.tell({ event: 'approval.ended', data });
  }
}

/** Its own call is held, or that of a job of it. */
function keepsStopped({ asked, shell, status, answered }: Question, pid: number): boolean {
  return status.state === 'held' && (asked.pid === pid || (shell?.pid === pid && answered === null));
}

function becauseOf(reason: string): 'nobody-to-ask' | 'cannot-hold' | 'timed-out' | 'guard-unavailable' {
  return reason === 'nobody-to-ask' || reason === 'cannot-hold' || reason === 'timed-out'
    ? reason
    : 'guard-unavailable';
}

function tooLate(id: number): ProtocolError {
  const remedy = 'See what waits: ringfence approvals';
  return protocolError('too-late', `question ${id} is over: it was answered or given up meanwhile`, { remedy });
}

/** The wall clock's time so many nanoseconds from now. */
function wallClock(fromNowNs: bigint): string {
  return new Date(Date.now() + Number(fromNowNs / 1_000_000n)).toISOString();
}
