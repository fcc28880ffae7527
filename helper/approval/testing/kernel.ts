/** The kernel side of approvals without a kernel: what it was told, and questions as it would ask them. */
import type { Answer, Asked, GrantScope, GrantTerms, HeldCallTables, PendingCall } from '../../kernel/held-call.ts';
import type { AskingSession } from '../asking-session.ts';

export const HOLD_NS = 30_000_000_000n;
export const SECOND_NS = 1_000_000_000n;

/** Number of a skill within a scripted session. */
export const CALENDAR = 7;

export class ScriptedKernel implements HeldCallTables {
  readonly decided = new Map<number, Answer>();
  readonly resumed: number[] = [];
  readonly stopped: number[] = [];
  /** Requests whose call may stop, as its shell is. */
  readonly mayStop: number[] = [];
  readonly forgotten: number[] = [];
  readonly granted = new Map<string, { readonly scope: GrantScope; readonly terms: GrantTerms }>();
  readonly attended = new Map<bigint, bigint | null>();
  waiting: PendingCall[] = [];
  isFull = false;

  listen(): () => void {
    return () => {};
  }

  decide(request: number, answer: Answer): void {
    this.decided.set(request, answer);
  }

  letStop(request: number): void {
    this.mayStop.push(request);
  }

  stop({ pid }: { readonly pid: number }): boolean {
    this.stopped.push(pid);
    return true;
  }

  resume({ pid }: { readonly pid: number }): boolean {
    this.resumed.push(pid);
    return true;
  }

  grant(question: Uint8Array, scope: GrantScope, terms: GrantTerms): Uint8Array {
    if (this.isFull) throw new Error('no room');
    const key = Buffer.from(`${Buffer.from(question).toString()} ${scope.process?.pid ?? 0} ${scope.rule}`);
    this.granted.set(key.toString(), { scope, terms });
    return key;
  }

  revoke(key: Uint8Array): void {
    this.granted.delete(Buffer.from(key).toString());
  }

  revokeAll(): void {
    this.granted.clear();
  }

  attend(session: bigint, holdNs: bigint | null): void {
    this.attended.set(session, holdNs);
  }

  beat(): void {}

  pending(): PendingCall[] {
    return this.waiting;
  }

  forget(request: number): void {
    this.forgotten.push(request);
  }
}

export function scriptedSession(number: bigint, owner: number): AskingSession {
  return {
    id: `session-${number}` as AskingSession['id'],
    number,
    owner: owner as AskingSession['owner'],
    skillId: 'mail',
    skillOf: (skill) => (skill === CALENDAR ? 'calendar' : 'mail'),
    launcherPid: 4000,
    holdNs: HOLD_NS,
    rule: (id) => ({ pointer: `permissions.require_approval.filesystem.read[${id - 1}]`, text: '~/Documents/**' }),
  };
}

/** A held read of /home/dev/Documents/passport.txt by process 5000, unless told otherwise. */
export function scriptedQuestion(request: number, change: Partial<Asked> = {}): Asked {
  return {
    kind: 'asked',
    request,
    held: true,
    isJob: false,
    reason: 'rule',
    session: 1n,
    skill: 0,
    question: Buffer.from('read passport'),
    pid: 5000,
    tid: 5000,
    parentPid: 4500,
    startNs: 7_000_000_000n,
    uid: 1000,
    comm: 'cat',
    operation: 'read',
    operations: ['read'],
    call: 'open',
    rule: 1,
    severalRules: false,
    path: Buffer.from('/home/dev/Documents/passport.txt'),
    otherPath: null,
    address: null,
    port: null,
    monotonicNs: 100n * SECOND_NS,
    deadlineNs: 100n * SECOND_NS + HOLD_NS,
    ...change,
  };
}
