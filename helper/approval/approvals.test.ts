import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Answering, type ApprovalEnd, approvalRequest } from '../../core/protocol/approval.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import type { Pid } from '../../core/protocol/scalars.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { RecordDraft } from '../audit/options.ts';
import type { Peer } from '../control/peer.ts';
import { Approvals } from './approvals.ts';
import type { AskingSession } from './asking-session.ts';
import type { ProcessIdentity } from './processes.ts';
import { CALENDAR, HOLD_NS, ScriptedKernel, SECOND_NS, scriptedQuestion, scriptedSession } from './testing/kernel.ts';

const START_NS = 100n * SECOND_NS;
const MINUTE_NS = 60n * SECOND_NS;

const peer = (uid: number): Peer => ({ pid: 900, uid, gid: uid, pidfd: null, session: null }) as Peer;
const ALICE = peer(1000);
const BOB = peer(1001);
const ROOT = peer(0);

let kernel: ScriptedKernel;
let nowNs: bigint;
let told: HelperEvent[];
let recorded: RecordDraft[];
let living: Set<number>;
let interrupted: Set<number>;
let suspended: Set<number>;
let stopped: Set<number>;
/** Of no session. */
let foreign: Set<number>;
let ancestors: ProcessIdentity[];
let sessions: Map<bigint, AskingSession>;
let authorized: Result<void, ProtocolError>;
/** Runs while polkit asks. */
let meanwhile: () => void;
let answering: Answering | null;
let approvals: Approvals;

beforeEach(() => {
  kernel = new ScriptedKernel();
  nowNs = START_NS;
  told = [];
  recorded = [];
  living = new Set([5000, 5001, 5002]);
  interrupted = new Set();
  suspended = new Set();
  stopped = new Set();
  foreign = new Set();
  ancestors = [{ pid: 4500, startNs: 5_000_000_000n }];
  sessions = new Map([
    [1n, scriptedSession(1n, 1000)],
    [2n, scriptedSession(2n, 1001)],
  ]);
  authorized = success(undefined);
  answering = null;
  meanwhile = () => {};
  const processes: ConstructorParameters<typeof Approvals>[0]['processes'] = {
    lives: ({ pid }) => living.has(pid),
    isInterrupted: (pid) => interrupted.has(pid),
    isSuspended: (pid) => suspended.has(pid),
    isStopped: ({ pid }) => stopped.has(pid),
    parent: () => ({ pid: 4500, startNs: 5_000_000_000n }),
    ancestors: () => ancestors,
    chain: (pid) => [{ pid: pid as Pid, executable: '/usr/bin/cat' }],
  };
  approvals = new Approvals({
    tables: kernel,
    processes,
    sessionOf: (number) => sessions.get(number) ?? null,
    labelOf: (pid) => (foreign.has(pid) ? null : scriptedSession(1n, 1000).id),
    authorize: async (who) => {
      meanwhile();
      return who.uid === 0 ? success(undefined) : authorized;
    },
    answering: ({ uid }) => answering ?? (uid === 0 ? 'as-root' : 'by-password'),
    tell: (happened) => told.push(happened),
    record: (draft) => recorded.push(draft),
    nowNs: () => nowNs,
  });
});

const ask = (request: number, change: Parameters<typeof scriptedQuestion>[1] = {}) =>
  approvals.hear(scriptedQuestion(request, change));
const conclude = (
  request: number,
  verdict: 'allow' | 'block',
  reason: 'approved' | 'denied' | 'timed-out' | 'limit-deletions' | 'cannot-hold',
) => approvals.hear({ kind: 'concluded', request, session: 1n, pid: 5000, verdict, reason });
const ends = (): ApprovalEnd[] => told.flatMap(({ event, data }) => (event === 'approval.ended' ? [data] : []));
const decide = (
  id: number,
  option: 'deny' | 'allow-once' | 'allow-session' | 'allow-process' | 'allow-15-minutes' | 'allow-rule',
  who = ALICE,
) => approvals.decide({ id: id as Parameters<Approvals['decide']>[0]['id'], option }, who);

describe('a held question', () => {
  test('is shown with all that the kernel says, and is well-formed for clients', () => {
    ask(1);
    const [shown] = approvals.list();
    expect(approvalRequest.parse(shown)).toMatchObject({
      id: 1,
      owner: 1000,
      skillId: 'mail',
      operations: ['read'],
      path: '/home/dev/Documents/passport.txt',
      status: { state: 'held' },
    });
  });

  test('once allowed, the kernel has the answer before the process is woken, and the end is told when it was used', async () => {
    ask(1);
    expect(await decide(1, 'allow-once')).toEqual(success({ outcome: 'allowed', grant: null }));
    expect(kernel.decided.get(1)).toEqual({ verdict: 'allow', reason: 'approved', approver: 1000 });
    expect(kernel.resumed).toEqual([5000]);
    expect(ends()).toEqual([]);
    conclude(1, 'allow', 'approved');
    expect(ends()).toMatchObject([{ id: 1, outcome: 'allowed', by: 1000 }]);
    expect(approvals.busy).toBe(false);
  });

  test('once allowed, the very same is allowed to other threads of the process, for two seconds and to no other process', async () => {
    ask(1);
    ask(2, { tid: 5007 });
    ask(3, { pid: 5001, tid: 5001 });
    ask(4, { question: Buffer.from('write passport') });
    await decide(1, 'allow-once');
    expect([...kernel.decided.keys()]).toEqual([1, 2]);
    expect([...kernel.granted.values()]).toMatchObject([
      {
        scope: { process: { pid: 5000 }, rule: 0 },
        terms: { verdict: 'allow', once: false, untilNs: START_NS + 2n * SECOND_NS },
      },
    ]);
    expect(approvals.grants()).toEqual([]);
    nowNs += 2n * SECOND_NS;
    approvals.sweep();
    expect(kernel.granted.size).toBe(0);
  });

  test('denied, it is denied for a minute to come, in the same words by whoever else waits', async () => {
    ask(1);
    ask(2, { tid: 5007 });
    ask(3, { question: Buffer.from('read itinerary') });
    expect(await decide(1, 'deny')).toEqual(success({ outcome: 'denied', grant: null }));
    expect([...kernel.decided.keys()]).toEqual([1, 2]);
    expect([...kernel.granted.values()]).toMatchObject([
      { terms: { verdict: 'block', reason: 'denied', untilNs: START_NS + MINUTE_NS } },
    ]);
    nowNs += MINUTE_NS;
    approvals.sweep();
    expect(kernel.granted.size).toBe(0);
  });

  test('denying needs no password', async () => {
    authorized = failure(protocolError('not-authorized', 'no'));
    ask(1);
    expect(await decide(1, 'deny')).toMatchObject({ ok: true });
  });

  test('allowing without the right does nothing', async () => {
    authorized = failure(protocolError('not-authorized', 'no'));
    ask(1);
    expect(await decide(1, 'allow-session')).toMatchObject({ ok: false, error: { code: 'not-authorized' } });
    expect(kernel.decided.size + kernel.granted.size + recorded.length).toBe(0);
    expect(approvals.list()).toHaveLength(1);
  });

  test('is answered once: the second answer comes too late', async () => {
    ask(1);
    await decide(1, 'deny');
    expect(await decide(1, 'allow-once')).toMatchObject({ ok: false, error: { code: 'too-late' } });
    expect(kernel.decided.get(1)).toMatchObject({ verdict: 'block' });
  });

  test('that ended while the password was typed is not allowed any more', async () => {
    ask(1);
    meanwhile = () => approvals.hear({ kind: 'withdrawn', request: 1, session: 1n, pid: 5000 });
    expect(await decide(1, 'allow-session')).toMatchObject({ ok: false, error: { code: 'too-late' } });
    expect(kernel.granted.size).toBe(0);
  });

  test('another user neither sees nor answers it; root does', async () => {
    ask(1);
    expect(await decide(1, 'deny', BOB)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(kernel.decided.size).toBe(0);
    expect(await decide(1, 'allow-once', ROOT)).toMatchObject({ ok: true });
    expect(kernel.decided.get(1)).toMatchObject({ approver: 0 });
  });

  test('of a session that nobody knows is refused at once', () => {
    ask(1, { session: 9n });
    expect(kernel.decided.get(1)).toMatchObject({ verdict: 'block', reason: 'guard-unavailable', approver: null });
    expect(approvals.list()).toEqual([]);
  });

  test('is refused at its deadline, and can be allowed for the next attempt then', async () => {
    ask(1);
    nowNs += HOLD_NS - 1n;
    approvals.sweep();
    expect(kernel.decided.size).toBe(0);
    nowNs += 1n;
    approvals.sweep();
    expect(kernel.decided.get(1)).toEqual({ verdict: 'block', reason: 'timed-out', approver: null });
    conclude(1, 'block', 'timed-out');
    expect(approvals.list()).toMatchObject([{ id: 1, status: { state: 'refused', because: 'timed-out' } }]);
    expect(await decide(1, 'allow-once')).toMatchObject({ ok: true, value: { grant: { option: 'allow-once' } } });
    expect([...kernel.granted.values()]).toMatchObject([{ terms: { verdict: 'allow', once: true } }]);
    expect(ends()).toMatchObject([{ id: 1, outcome: 'allowed' }]);
  });

  test('ends with its process, and by the signals that mean stop', () => {
    ask(1);
    ask(2, { pid: 5001, tid: 5001 });
    living.delete(5000);
    interrupted.add(5001);
    approvals.sweep();
    expect(ends()).toMatchObject([{ id: 1, outcome: 'withdrawn', by: null }]);
    expect(kernel.decided.get(2)).toMatchObject({ verdict: 'block', reason: 'interrupted' });
  });

  test('of a job that the terminal has stopped gets its answer, and is not woken before its fg', async () => {
    ask(1);
    suspended.add(5000);
    await decide(1, 'allow-once');
    expect(kernel.decided.has(1)).toBe(true);
    approvals.sweep();
    expect(kernel.resumed).toEqual([]);
    suspended.clear();
    approvals.sweep();
    expect(kernel.resumed).toEqual([5000]);
  });

  test('that left without its answer does not find a yes when it comes back', async () => {
    ask(1);
    await decide(1, 'allow-once');
    nowNs += HOLD_NS + 6n * SECOND_NS;
    approvals.sweep();
    expect(kernel.decided.get(1)).toMatchObject({ verdict: 'block', reason: 'timed-out' });
    expect(ends()).toMatchObject([{ id: 1, outcome: 'withdrawn' }]);
  });

  test('whose process is gone leaves nothing in the kernel', () => {
    ask(1);
    living.delete(5000);
    approvals.sweep();
    expect(kernel.forgotten).toEqual([1]);
  });

  test('of several rules is not answered for one of them', async () => {
    ask(1, { severalRules: true });
    ask(2, { question: Buffer.from('read itinerary') });
    expect(approvals.list()[0]?.options).not.toContain('allow-rule');
    expect(await decide(1, 'allow-rule')).toMatchObject({ ok: false, error: { code: 'invalid-params' } });
    await decide(2, 'allow-rule');
    expect([...kernel.decided.keys()]).toEqual([2]);
  });

  test('of no rule is not answered for a rule', async () => {
    ask(1, { rule: 0, question: Buffer.from('read notes') });
    ask(2, { rule: 0, question: Buffer.from('read itinerary') });
    expect(approvals.list()[0]?.options).not.toContain('allow-rule');
    expect(await decide(1, 'allow-rule')).toMatchObject({ ok: false, error: { code: 'invalid-params' } });
    await decide(1, 'allow-session');
    expect([...kernel.decided.keys()]).toEqual([1]);
  });

  test('that was allowed in vain, as a limit is used up, is over', async () => {
    ask(1);
    await decide(1, 'allow-once');
    conclude(1, 'block', 'limit-deletions');
    expect(ends()).toMatchObject([{ id: 1, outcome: 'withdrawn' }]);
    expect(approvals.list()).toEqual([]);
  });

  test('as long as an agent can make it is no way to shut everyone else out', () => {
    const path = Buffer.from(`/home/dev/${'\u0001'.repeat(2700)}`);
    for (let request = 1; request <= 60; request++) ask(request, { path, question: Buffer.from(`held ${request}`) });
    for (let request = 100; request <= 300; request++) {
      ask(request, { path, held: false, reason: 'cannot-hold', question: Buffer.from(`${request}`) });
      nowNs += SECOND_NS / 10n;
    }
    expect(JSON.stringify(approvals.list()).length).toBeLessThan(400 * 1024);
    expect(kernel.decided.get(60)).toMatchObject({ verdict: 'block', reason: 'cannot-hold' });
  });

  test('wakes nobody above it who is held for a question of their own', async () => {
    ask(1);
    ask(2, { pid: 4500, tid: 4500, question: Buffer.from('write passport') });
    living.add(4500);
    stopped.add(4500);
    await decide(1, 'allow-once');
    approvals.sweep();
    expect(kernel.resumed).not.toContain(4500);
  });

  test('wakes whoever stopped along with it, also a little later, and no longer than that', async () => {
    ask(1);
    stopped.add(4500);
    await decide(1, 'allow-once');
    expect(kernel.resumed).toEqual([5000, 4500]);
    conclude(1, 'allow', 'approved');
    kernel.resumed.length = 0;
    approvals.sweep();
    expect(kernel.resumed).toEqual([4500]);
    stopped.clear();
    approvals.sweep();
    expect(kernel.resumed).toEqual([4500]);
    stopped.add(4500);
    nowNs += 6n * SECOND_NS;
    approvals.sweep();
    expect(kernel.resumed).toEqual([4500]);
  });

  test('leaves alone what the terminal has stopped above it', async () => {
    ask(1);
    stopped.add(4500);
    suspended.add(4500).add(5000);
    await decide(1, 'allow-once');
    approvals.sweep();
    expect(kernel.resumed).toEqual([]);
  });

  test('whose wake-up went astray is woken again', async () => {
    ask(1);
    await decide(1, 'allow-once');
    approvals.sweep();
    expect(kernel.resumed).toEqual([5000, 5000]);
  });

  test('beyond sixty-four of one session is refused', () => {
    for (let request = 1; request <= 65; request++) ask(request, { question: Buffer.from(`question ${request}`) });
    expect(approvals.list()).toHaveLength(64);
    expect(kernel.decided.get(65)).toMatchObject({ verdict: 'block', reason: 'cannot-hold' });
  });
});

describe('a job of a shell', () => {
  const askAsJob = (request: number, change: Parameters<typeof ask>[1] = {}) =>
    ask(request, { isJob: true, ...change });

  test('may stop once its shell is, not before', async () => {
    askAsJob(1);
    expect(kernel.stopped).toEqual([4500]);
    await sleep(20);
    expect(kernel.mayStop).toEqual([]);
    stopped.add(4500);
    await vi.waitFor(() => expect(kernel.mayStop).toEqual([1]));
    expect(approvals.list()).toMatchObject([{ id: 1, status: { state: 'held' } }]);
  });

  test('answered before its shell was stopped, it never stops', async () => {
    askAsJob(1);
    await decide(1, 'allow-once');
    stopped.add(4500);
    await sleep(20);
    expect(kernel.mayStop).toEqual([]);
  });

  test('is woken before its shell', async () => {
    askAsJob(1);
    stopped.add(4500);
    approvals.sweep();
    expect(kernel.resumed).toEqual([]);
    await decide(1, 'deny');
    expect(kernel.resumed).toEqual([5000, 4500]);
  });

  test('keeps its shell stopped as long as another of its jobs waits', async () => {
    askAsJob(1);
    askAsJob(2, { pid: 5001, tid: 5001, question: Buffer.from('read itinerary') });
    stopped.add(4500);
    await decide(1, 'allow-once');
    conclude(1, 'allow', 'approved');
    approvals.sweep();
    expect(kernel.resumed).not.toContain(4500);
    await decide(2, 'allow-once');
    expect(kernel.resumed).toContain(4500);
  });

  test('wakes its shell when nobody answered, whoever was first to notice', () => {
    askAsJob(1);
    stopped.add(4500);
    conclude(1, 'block', 'timed-out');
    expect(kernel.resumed).toEqual([4500]);
  });

  test('of a shell that is none of the session is refused, and can be allowed the next time', async () => {
    foreign.add(4500);
    askAsJob(1);
    expect(kernel.stopped).toEqual([]);
    expect(kernel.decided.get(1)).toEqual({ verdict: 'block', reason: 'cannot-hold', approver: null });
    expect(approvals.list()).toEqual([]);
    expect(told).toEqual([]);
    conclude(1, 'block', 'cannot-hold');
    expect(approvals.list()).toMatchObject([{ id: 1, status: { state: 'refused', because: 'cannot-hold' } }]);
  });

  test('a helper that starts wakes the shell of a job that it refuses, whoever started the session', () => {
    sessions.set(1n, { ...scriptedSession(1n, 1000), launcherPid: null });
    ancestors = [];
    kernel.waiting = [{ request: 7, pid: 5000, tid: 5000, startNs: 1n, session: 1n, askedNs: 0n, deadlineNs: 1n }];
    stopped.add(4500);
    approvals.recover();
    expect(kernel.resumed).toEqual([5000, 4500]);
  });
});

describe('a refusal that came at once', () => {
  const refused = { held: false, reason: 'nobody-to-ask', deadlineNs: 0n } as const;

  test('is in the inbox, once however often it happens, for ten minutes', () => {
    ask(1, refused);
    ask(2, refused);
    expect(approvals.list()).toMatchObject([{ id: 1, status: { state: 'refused', because: 'nobody-to-ask' } }]);
    nowNs += 600n * SECOND_NS;
    approvals.sweep();
    expect(ends()).toMatchObject([{ id: 1, outcome: 'timed-out' }]);
  });

  test('goes with its session', () => {
    ask(1, refused);
    approvals.sessionEnded(1n);
    expect(ends()).toMatchObject([{ id: 1, outcome: 'withdrawn' }]);
  });

  test('an agent that asks ever new things fills it no faster than twenty a second, others as before', () => {
    for (let request = 1; request <= 30; request++) ask(request, { ...refused, question: Buffer.from(`${request}`) });
    expect(approvals.list()).toHaveLength(20);
    ask(31, { ...refused, session: 2n, question: Buffer.from('another session') });
    expect(approvals.list()).toHaveLength(21);
    nowNs += SECOND_NS;
    ask(32, { ...refused, question: Buffer.from('later') });
    expect(approvals.list()).toHaveLength(22);
  });

  test('the inbox keeps the newest', () => {
    for (let request = 1; request <= 257; request++) {
      ask(request, { ...refused, question: Buffer.from(`${request}`) });
      nowNs += SECOND_NS / 10n;
    }
    expect(approvals.list()).toHaveLength(256);
    expect(ends()).toMatchObject([{ id: 1 }]);
  });
});

describe('a grant', () => {
  test('of the session settles what waits in the same words, and only that', async () => {
    ask(1);
    ask(2, { pid: 5001 });
    ask(3, { pid: 5002, question: Buffer.from('write passport') });
    await decide(1, 'allow-session');
    expect([...kernel.decided.keys()].sort()).toEqual([1, 2]);
    expect(approvals.grants()).toMatchObject([{ option: 'allow-session', until: null }]);
  });

  test('of the process leaves other processes waiting', async () => {
    ask(1);
    ask(2, { pid: 5001 });
    await decide(1, 'allow-process');
    expect([...kernel.decided.keys()]).toEqual([1]);
    living.delete(5000);
    approvals.sweep();
    expect(approvals.grants()).toEqual([]);
    expect(kernel.granted.size).toBe(0);
  });

  test('of the rule covers its other objects for the same operations', async () => {
    ask(1);
    ask(2, { question: Buffer.from('read itinerary') });
    ask(3, { question: Buffer.from('write itinerary'), operations: ['write'] });
    ask(4, { question: Buffer.from('read diary'), rule: 2 });
    await decide(1, 'allow-rule');
    expect([...kernel.decided.keys()].sort()).toEqual([1, 2]);
  });

  test('of fifteen minutes ends then', async () => {
    ask(1);
    await decide(1, 'allow-15-minutes');
    expect([...kernel.granted.values()]).toMatchObject([{ terms: { untilNs: START_NS + 15n * MINUTE_NS } }]);
    nowNs += 15n * MINUTE_NS;
    approvals.sweep();
    expect(approvals.grants()).toEqual([]);
    expect(told.map(({ event }) => event)).toContain('grant.ended');
  });

  test('is revoked by whom it concerns, and by root', async () => {
    ask(1);
    const made = await decide(1, 'allow-session');
    const id = made.ok ? made.value.grant?.id : undefined;
    if (id === undefined) throw new Error('there is no grant');
    expect(approvals.revoke({ grant: id }, BOB)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(kernel.granted.size).toBe(1);
    expect(approvals.revoke({ grant: id }, ALICE)).toEqual(success({}));
    expect(kernel.granted.size).toBe(0);
    expect(recorded.at(-1)).toMatchObject({ kind: 'grant.revoked', grant: id, revoker_uid: 1000 });
  });

  test('made after a denial of the same question outlives the end of that denial', async () => {
    ask(1);
    ask(2, { held: false, reason: 'cannot-hold' });
    await decide(1, 'deny');
    ask(3);
    await decide(3, 'allow-session');
    nowNs += MINUTE_NS;
    approvals.sweep();
    expect([...kernel.granted.values()]).toMatchObject([{ terms: { verdict: 'allow' } }]);
  });

  test('that the kernel has no room for is refused, and the question stays open', async () => {
    kernel.isFull = true;
    ask(1);
    expect(await decide(1, 'allow-session')).toMatchObject({ ok: false, error: { code: 'limit-reached' } });
    expect(approvals.list()).toHaveLength(1);
    expect(await decide(1, 'allow-once')).toMatchObject({ ok: true });
  });

  test('ends with its session', async () => {
    ask(1);
    await decide(1, 'allow-session');
    approvals.sessionEnded(1n);
    expect(kernel.granted.size).toBe(0);
  });
});

describe('who is there to be asked', () => {
  beforeEach(() => {
    approvals.sessionBegan(scriptedSession(1n, 1000));
    approvals.sessionBegan(scriptedSession(2n, 1001));
  });

  test('nobody at first; a user for their own sessions, root for all', () => {
    expect([...kernel.attended.values()]).toEqual([null, null]);
    const aliceGoes = approvals.attend(ALICE);
    expect([kernel.attended.get(1n), kernel.attended.get(2n)]).toEqual([HOLD_NS, null]);
    const rootGoes = approvals.attend(ROOT);
    expect(kernel.attended.get(2n)).toBe(HOLD_NS);
    aliceGoes();
    expect(kernel.attended.get(1n)).toBe(HOLD_NS);
    rootGoes();
    rootGoes();
    expect([...kernel.attended.values()]).toEqual([null, null]);
  });

  test('a session that begins later is attended at once', () => {
    approvals.attend(ALICE);
    approvals.sessionBegan(scriptedSession(3n, 1000));
    expect(kernel.attended.get(3n)).toBe(HOLD_NS);
    approvals.sessionEnded(3n);
    expect(kernel.attended.get(3n)).toBe(null);
  });
});

test('a helper that starts refuses what an earlier one left waiting, and ends its grants', () => {
  kernel.grant(
    Buffer.from('old'),
    { process: null, rule: 0 },
    { verdict: 'allow', reason: 'approved', approver: 0, untilNs: null, once: false },
  );
  kernel.waiting = [{ request: 7, pid: 5000, tid: 5000, startNs: 1n, session: 1n, askedNs: 0n, deadlineNs: 1n }];
  approvals.recover();
  expect(kernel.decided.get(7)).toEqual({ verdict: 'block', reason: 'guard-unavailable', approver: null });
  expect(kernel.resumed).toEqual([5000]);
  expect(kernel.granted.size).toBe(0);
});

test('a helper that starts wakes those above what it refuses as well', () => {
  kernel.waiting = [{ request: 7, pid: 5000, tid: 5000, startNs: 1n, session: 1n, askedNs: 0n, deadlineNs: 1n }];
  stopped.add(4500);
  approvals.recover();
  expect(kernel.resumed).toEqual([5000, 4500]);
});

test('each answer is on record with who gave it', async () => {
  ask(1);
  await decide(1, 'allow-session', ROOT);
  expect(recorded).toMatchObject([
    { kind: 'approval.answered', request: 1, option: 'allow-session', approver_uid: 0, owner_uid: 1000 },
  ]);
});

describe('how an answer was given', () => {
  test.each(['allow-once', 'allow-process', 'allow-session', 'allow-15-minutes'] as const)(
    '%s takes no password where a click counts, and is on record as one',
    async (option) => {
      answering = 'by-click';
      authorized = failure(protocolError('not-authorized', 'no'));
      ask(1);
      expect(await decide(1, option)).toMatchObject({ ok: true });
      expect(recorded).toMatchObject([{ kind: 'approval.answered', option, by: 'desktop', approver_uid: 1000 }]);
    },
  );

  test('the rule takes one there as well', async () => {
    answering = 'by-click';
    ask(1);
    authorized = failure(protocolError('not-authorized', 'no'));
    expect(await decide(1, 'allow-rule')).toMatchObject({ ok: false, error: { code: 'not-authorized' } });
    authorized = success(undefined);
    expect(await decide(1, 'allow-rule')).toMatchObject({ ok: true });
    expect(recorded).toMatchObject([{ option: 'allow-rule', by: 'password' }]);
  });

  test('is on record for what the answer covers, too, and a no needs no proof', async () => {
    ask(1);
    ask(2, { pid: 5001 });
    await decide(1, 'allow-session');
    ask(3, { question: Buffer.from('read diary') });
    await decide(3, 'deny', ROOT);
    ask(4, { question: Buffer.from('read letters') });
    await decide(4, 'deny');
    expect(recorded.map(({ request, by }) => [request, by])).toEqual([
      [1, 'password'],
      [2, 'password'],
      [3, 'root'],
      [4, undefined],
    ]);
  });
});

describe('a session whose skill was changed', () => {
  test('has its held calls refused and woken, its inbox emptied and its grants ended; another keeps its own', async () => {
    ask(1);
    ask(2, { held: false, reason: 'nobody-to-ask', question: Buffer.from('read another') });
    ask(3, { session: 2n });
    await decide(1, 'allow-session');
    conclude(1, 'allow', 'approved');
    ask(4);
    approvals.trustDropped(1n);
    expect(kernel.decided.get(4)).toEqual({ verdict: 'block', reason: 'trust-dropped', approver: null });
    expect(kernel.resumed).toEqual([5000, 5000]);
    expect(ends()).toMatchObject([
      { id: 1, outcome: 'allowed' },
      { id: 2, outcome: 'withdrawn' },
    ]);
    expect(approvals.list().map(({ id }) => id)).toEqual([3]);
    expect(approvals.grants()).toEqual([]);
    approvals.hear({ kind: 'withdrawn', request: 4, session: 1n, pid: 5000 });
    expect(ends().at(-1)).toMatchObject({ id: 4, outcome: 'withdrawn' });
  });

  test('when a skill of the session loses its trust, its own questions end and no others', async () => {
    ask(1, { skill: CALENDAR });
    ask(2);
    expect(approvals.list().map(({ id, skillId }) => `${id} ${skillId}`)).toEqual(['1 calendar', '2 mail']);
    approvals.skillDropped(1n, 'calendar');
    expect(kernel.decided.get(1)).toEqual({ verdict: 'block', reason: 'trust-dropped', approver: null });
    expect(kernel.decided.has(2)).toBe(false);
    approvals.skillDropped(2n, 'mail');
    expect(kernel.decided.has(2)).toBe(false);
  });
});
