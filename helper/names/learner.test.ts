import { expect, test, vi } from 'vitest';
import type { DnsAnswer } from '../../core/names/dns-answer.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Captured, WaitingCall } from '../kernel/captured-answers.ts';
import { type AnswerTables, NameLearner } from './learner.ts';

const MS = 1_000_000n;

function capturedOf(session: bigint): Captured {
  const answer = {
    session,
    protocol: 'udp',
    socket: 1n,
    sequence: 0,
    begins: false,
    bytes: new Uint8Array(3),
  } as const;
  return { policy: Number(session), skillPolicy: 0, answer };
}

/** The kernel's side as a test has it: captures that come, calls that wait. */
class Tables implements AnswerTables {
  readonly said: string[] = [];
  readonly records: Captured[] = [];
  calls: WaitingCall[] = [];
  unread = 0;
  position = 0n;
  closed = false;

  configure(): void {
    this.said.push('configure');
  }
  next() {
    const captured = this.records.shift();
    return captured ? { captured, position: ++this.position } : null;
  }
  commit(position: bigint): void {
    this.said.push(`commit ${position}`);
  }
  async wait(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  learn({ policy }: Captured, answers: readonly DnsAnswer[]): void {
    this.unread -= 1;
    this.said.push(`learn ${policy}: ${answers.length}`);
  }
  waiting(): WaitingCall[] {
    return this.calls;
  }
  hasReadAll(): boolean {
    return this.unread <= 0;
  }
  forget({ pid }: WaitingCall): void {
    this.calls = this.calls.filter((call) => call.pid !== pid);
    this.said.push(`forget ${pid}`);
  }
  close(): void {
    this.closed = true;
  }
}

function start(read: () => Promise<Result<DnsAnswer[], string>>) {
  const tables = new Tables();
  const woken: number[] = [];
  const trouble: string[] = [];
  let now = 0n;
  const learner = new NameLearner({
    ...{ tables, worker: { ready: async () => true, read, close: () => {} } },
    resume: ({ pid }) => woken.push(pid),
    nowNs: () => now,
    onTrouble: (message) => trouble.push(message),
  });
  const waits = (pid: number, deadlineNs: bigint) =>
    tables.calls.push({ pid, startNs: 0n, session: 1n, deadlineNs, key: new Uint8Array(8), request: 1n });
  return { tables, woken, trouble, learner, waits, pass: (ms: bigint) => (now += ms * MS) };
}

const NOTHING: DnsAnswer[] = [];

test('what was captured is learned in order, and its room given back after that', async () => {
  const { tables, learner, woken, waits } = start(async () => success(NOTHING));
  tables.records.push(capturedOf(1n), capturedOf(2n));
  tables.unread = 2;
  waits(7, 250n * MS);
  learner.begin();
  await vi.waitFor(() => expect(woken).toContain(7));
  expect(tables.said).toEqual(['configure', 'learn 1: 0', 'commit 1', 'learn 2: 0', 'commit 2']);
  learner.end();
  await vi.waitFor(() => expect(tables.closed).toBe(true));
});

test('what cannot be read counts as worked through, and says nothing', async () => {
  const { tables, learner, trouble } = start(async () => failure('it died'));
  tables.records.push(capturedOf(1n));
  learner.begin();
  await vi.waitFor(() => expect(tables.said).toContain('commit 1'));
  expect(tables.said).toContain('learn 1: 0');
  expect(trouble).toEqual(['it died']);
  learner.end();
});

test('what the kernel does not take does not stop what comes after', async () => {
  const { tables, learner, trouble } = start(async () => success(NOTHING));
  const learn = tables.learn.bind(tables);
  tables.learn = (captured, answers) => {
    if (captured.policy === 1) throw new Error('it is full');
    learn(captured, answers);
  };
  tables.records.push(capturedOf(1n), capturedOf(2n));
  learner.begin();
  await vi.waitFor(() => expect(tables.said).toContain('learn 2: 0'));
  expect(trouble).toEqual(['it is full']);
  learner.end();
});

test('a call is woken at its deadline, and forgotten when it never comes back', async () => {
  const { tables, learner, woken, waits, pass } = start(() => new Promise(() => {}));
  tables.unread = 1;
  waits(7, 250n * MS);
  learner.begin();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(woken).toEqual([]);
  pass(251n);
  await vi.waitFor(() => expect(woken).toContain(7));
  expect(tables.said).not.toContain('forget 7');
  pass(3000n);
  await vi.waitFor(() => expect(tables.said).toContain('forget 7'));
  learner.end();
});
