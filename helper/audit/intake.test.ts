import { beforeEach, describe, expect, test } from 'vitest';
import { Intake, type PendingDraft } from './intake.ts';
import type { KernelEvent } from './kernel-event.ts';
import { INTAKE_LIMITS, type RecordDraft } from './options.ts';
import { SequenceLedger } from './sequence-ledger.ts';
import { SessionFacts } from './session-facts.ts';
import { decision } from './testing/scripted-kernel.ts';

const MS = 1_000_000n;
let intake: Intake;
let facts: SessionFacts;
let nextSeq: number;

beforeEach(() => {
  facts = new SessionFacts();
  nextSeq = 1;
  intake = new Intake(INTAKE_LIMITS, new SequenceLedger('boot', ''), facts, 0n);
});

/** Writes as the log would: each draft gets the next number. */
function write(drafts: readonly PendingDraft[]): RecordDraft[] {
  return drafts.map(({ build, sealed }) => {
    const draft = build();
    sealed?.(nextSeq++);
    return draft;
  });
}

const take = (events: KernelEvent[], atMs = 0, batch = 1) => write(intake.take(events, batch, BigInt(atMs) * MS));
const due = (atMs: number, last?: number) => write(intake.due(BigInt(atMs) * MS, last));

describe('repeats of a refusal', () => {
  test('the first is written at once, the rest of the second as one', () => {
    expect(take([decision(1), decision(2), decision(3)])).toMatchObject([{ kernel_sequence: '1' }]);
    expect(due(999)).toEqual([]);
    expect(intake.heldSince()).toBe(1);
    const [counted, ...none] = due(1000);
    expect(counted).toMatchObject({
      kind: 'decision',
      count: 2,
      kernel_sequences: '2-3',
      repeat_of: 1,
      verdict: 'block',
    });
    expect(counted).toMatchObject({ first_mono_ns: '2000', last_mono_ns: '3000', path: '/home/dev/.ssh/id_rsa' });
    expect(counted).not.toHaveProperty('kernel_sequence');
    expect(none).toEqual([]);
    expect(intake.heldSince()).toBeNull();
  });

  test('another program that is refused the same gets a record of its own', () => {
    const executed = {
      call: 'exec',
      operation: 'exec',
      verdict: 'allow',
      reason: 'rule',
      rule: 1,
      location: 0,
    } as const;
    take([decision(1, { ...executed, pid: 70, path: new TextEncoder().encode('/usr/bin/cat') })]);
    const written = take([decision(2, { pid: 60 }), decision(3, { pid: 70 }), decision(4, { pid: 70 })]);
    expect(written.map(({ pid, kernel_sequence }) => [pid, kernel_sequence])).toEqual([
      [60, '2'],
      [70, '3'],
    ]);
  });

  test('a loop is one record a second, and the first after a quiet second is written at once', () => {
    const all: RecordDraft[] = [];
    for (let ms = 0; ms < 5000; ms += 10) all.push(...take([decision(ms / 10 + 1)], ms), ...due(ms));
    expect(all.length).toBe(5);
    due(6000);
    due(7000);
    expect(take([decision(501)], 7001)).toHaveLength(1);
  });

  test.each([
    ['session', { session: '2' }],
    ['operation', { operation: 'write' as const }],
    ['call', { call: 'truncate' as const }],
    ['rule', { rule: 4 }],
    ['reason', { reason: 'no-rule' as const }],
    ['path', { file: '/home/dev/.ssh/id_dsa' }],
    ['verdict', { verdict: 'kill' as const }],
    ['port', { port: 80 }],
  ])('another %s is another question', (_, other) => {
    expect(take([decision(1), decision(2, other)])).toHaveLength(2);
  });

  test('held repeats are written by a flush and at the end of their session', () => {
    take([decision(1), decision(2), decision(3, { session: '2' }), decision(4, { session: '2' })]);
    const ended: KernelEvent = { kind: 'session-ended', sequence: 5n, monotonicNs: 9n, session: '2' };
    expect(take([ended])).toMatchObject([
      { count: 1, kernel_sequences: '4' },
      { kind: 'session.ended', session: '2', kernel_sequence: '5' },
    ]);
    expect(write(intake.flush())).toMatchObject([{ count: 1, kernel_sequences: '2', repeat_of: 1 }]);
    expect(intake.heldSince()).toBeNull();
  });

  test('memory is bounded: the oldest question is written and forgotten', () => {
    intake = new Intake({ ...INTAKE_LIMITS, maxOpenWindows: 2 }, new SequenceLedger('boot', ''), facts, 0n);
    const files = ['a', 'a', 'b', 'c'];
    expect(take(files.map((file, index) => decision(index + 1, { file })))).toMatchObject([
      { path: 'a' },
      { path: 'b' },
      { path: 'a', count: 1 },
      { path: 'c' },
    ]);
  });
});

describe('repeats of what is allowed', () => {
  const allowed = (sequence: number, file = '/data/a') =>
    decision(sequence, { verdict: 'allow', reason: 'rule', rule: 1, location: 0, file });

  test('the first in a minute is written, the others are counted within a second', () => {
    expect(take([allowed(1), allowed(2, '/data/b'), allowed(3), allowed(4, '/data/b'), allowed(5)])).toHaveLength(2);
    expect(due(999)).toEqual([]);
    expect(due(1000)).toMatchObject([
      {
        kind: 'repeats',
        session: '1',
        count: 3,
        kernel_sequences: '3-5',
        repeats: [
          { of: 1, count: 2, last_mono_ns: '5000' },
          { of: 2, count: 1, last_mono_ns: '4000' },
        ],
      },
    ]);
    expect(take([allowed(6)], 59_999)).toEqual([]);
    expect(take([allowed(7)], 60_000)).toHaveLength(1);
  });

  test('another call of the same operation is no other question', () => {
    expect(take([allowed(1), { ...allowed(2), call: 'truncate' } as KernelEvent])).toHaveLength(1);
  });

  test('the first and its repeats in the batch in which the session ends', () => {
    const ended: KernelEvent = { kind: 'session-ended', sequence: 3n, monotonicNs: 9n, session: '1' };
    expect(take([allowed(1), allowed(2), ended])).toMatchObject([
      { path: '/data/a' },
      { kind: 'repeats', repeats: [{ of: 1, count: 1 }] },
      {},
    ]);
  });
});

describe('an agent that is recognised', () => {
  const begun: KernelEvent = {
    ...{
      kind: 'recognised',
      sequence: 1n,
      monotonicNs: 9n,
      session: '7',
      policy: 3,
      agent: 1,
      pid: 50,
      tid: 50,
      parentPid: 1,
    },
    ...{ uid: 1000, startNs: 4n, path: new TextEncoder().encode('/home/dev/claude'), object: null, comm: 'claude' },
  };

  test('has a session from its first record on, whose later records say whose it is and what runs', () => {
    const rules = [{ id: 1, pointer: 'base.rules[0]', text: '/usr' }];
    facts.describeWaiting({
      policy: 3,
      owner_uid: 1000,
      policy_sha256: 'ab',
      rules,
      locations: [{ id: 1, name: 'ssh' }],
    });
    const [first, second] = take([begun, decision(2, { session: '7', pid: 50, startNs: 4n })]);
    expect(first).toMatchObject({ kind: 'session.recognised', skill_id: 'claude-code', owner_uid: 1000, agent: 1 });
    expect(second).toMatchObject({ skill_id: 'claude-code', owner_uid: 1000, policy_sha256: 'ab', location: 'ssh' });
    expect(second?.process_chain).toEqual([{ pid: 50, executable: '/home/dev/claude' }]);
  });

  test('is on record even where nobody knows what it is held to', () => {
    expect(take([begun])).toMatchObject([{ kind: 'session.recognised', session: '7', skill_id: null }]);
  });
});

describe('a program that is no agent', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const seen: KernelEvent = {
    ...{ kind: 'everyone', sequence: 1n, monotonicNs: 9n, session: '0', verdict: 'audit', wouldBe: 'require_approval' },
    ...{ location: 'aws', times: 3, operation: 'read', call: 'open', object: null, comm: 'python3' },
    ...{ pid: 50, tid: 51, parentPid: 1, uid: 1000, startNs: 4n },
    ...{ path: bytes('/home/dev/.aws/credentials'), program: bytes('/usr/bin/python3.11'), script: '/home/dev/x.py' },
    chain: [{ pid: 50, executable: '/usr/bin/python3.11' }],
  };

  test('is on record with what it is and runs, as its user’s, and in no session', () => {
    const [draft] = take([seen]);
    expect(draft).toMatchObject({
      ...{ kind: 'everyone', owner_uid: 1000, uid: 1000, pid: 50, verdict: 'audit', would_be: 'require_approval' },
      ...{ location: 'aws', count: 3, program: '/usr/bin/python3.11', script: '/home/dev/x.py' },
      process_chain: [{ pid: 50, executable: '/usr/bin/python3.11' }],
    });
    expect(draft).not.toHaveProperty('session');
  });

  test('is told at once however often it comes: the kernel has counted already', () => {
    expect(take([seen, { ...seen, sequence: 2n }])).toHaveLength(2);
  });
});

describe('sequence numbers', () => {
  test('a replay is dropped', () => {
    take([decision(1), decision(2, { file: 'x' })]);
    expect(take([decision(1), decision(2, { file: 'x' }), decision(3, { file: 'y' })], 0, 2)).toMatchObject([
      { kernel_sequence: '3' },
    ]);
    expect(write(intake.flush())).toEqual([]);
  });

  test('a hole is declared after a second', () => {
    take([decision(1), decision(5, { file: 'x' }), decision(8, { file: 'y' })]);
    expect(due(999)).toEqual([]);
    expect(due(1000)).toMatchObject([
      { kind: 'gap', cause: 'kernel-events-lost', kernel_sequences: '2-4,6-7', count: 5 },
    ]);
    expect(due(5000)).toEqual([]);
  });

  test('a hole that fills in time is none', () => {
    take([decision(1), decision(3, { file: 'x' })]);
    take([decision(2, { file: 'y' })], 500);
    expect(due(2000)).toEqual([]);
  });

  test('a hole is declared at once when thousands of later events have come', () => {
    const events = Array.from({ length: 4096 }, (_, index) => decision(index + 3, { file: `f${index}` }));
    take([decision(1), ...events]);
    expect(due(1)).toMatchObject([{ kind: 'gap', kernel_sequences: '2' }]);
  });

  test('an event that was declared lost and comes after all is written', () => {
    take([decision(1), decision(3, { file: 'x' })]);
    due(1000);
    expect(take([decision(2, { file: 'late' })], 1001)).toMatchObject([{ path: 'late', kernel_sequence: '2' }]);
  });

  test('numbers given out and never seen are declared lost', () => {
    take([decision(1)]);
    expect(due(0, 4)).toEqual([]);
    expect(due(1000, 4)).toMatchObject([{ kind: 'gap', kernel_sequences: '2-4', count: 3 }]);
  });

  test('what was lost while nobody read shows after a restart', () => {
    const ledger = new SequenceLedger('boot', '');
    ledger.add(1, 10);
    ledger.add(13);
    intake = new Intake(INTAKE_LIMITS, ledger, facts, 0n);
    take([decision(20)]);
    expect(due(1000)).toMatchObject([{ kernel_sequences: '11-12,14-19', count: 8 }]);
  });
});

describe('what a record says beyond the event', () => {
  test('whose it is, the rule in words, the location by name', () => {
    const rules = [{ id: 3, pointer: 'permissions.filesystem.read[0]', text: '~/Maildir/**' }];
    const locations = [{ id: 1, name: '~/.ssh' }];
    facts.describe({
      session: '1',
      skill_id: 'mail',
      owner_uid: 1000,
      policy_sha256: 'a'.repeat(64),
      rules,
      locations,
    });
    const [record] = take([decision(1, { rule: 3 })]);
    expect(record).toMatchObject({
      skill_id: 'mail',
      owner_uid: 1000,
      policy_sha256: 'a'.repeat(64),
      rule: rules[0],
      location: '~/.ssh',
    });
    expect(take([decision(2, { session: '9', rule: 3, location: 7 })])).toMatchObject([
      { skill_id: null, rule: { id: 3, pointer: null, text: null }, location: 'location 7' },
    ]);
  });

  test('the chain of processes, from exec events', () => {
    facts.describe({
      session: '1',
      skill_id: null,
      owner_uid: 1,
      policy_sha256: 'a'.repeat(64),
      rules: [],
      root: { pid: 10, executable: '/usr/bin/agent' },
    });
    const origin = { pid: 10, startNs: 1n };
    const cat = { pid: 12, parentPid: 11, origin, startNs: 12n };
    const exec = { operation: 'exec', call: 'exec' } as const;
    take([
      decision(1, { ...cat, ...exec, file: '/bin/cat', verdict: 'allow' }),
      decision(2, { ...cat, ...exec, file: '/bin/dd', verdict: 'block', hasOwnProgram: true }),
    ]);
    const [record] = take([decision(3, { ...cat, hasOwnProgram: true })]);
    expect(record!.process_chain).toEqual([
      { pid: 12, executable: '/bin/cat' },
      { pid: 10, executable: '/usr/bin/agent' },
    ]);
  });

  test('a name that is no UTF-8 is kept byte by byte', () => {
    const path = Uint8Array.of(0x2f, 0xff, 0x61);
    expect(take([decision(1, { path })])).toMatchObject([{ path: '/\ufffda', path_base64: 'L/9h' }]);
  });
});

describe('skills within a session', () => {
  const describeBoth = () =>
    facts.describe({
      ...{ session: '1', skill_id: 'agent', owner_uid: 1000, policy_sha256: 'a'.repeat(64) },
      rules: [{ id: 3, pointer: 'permissions.exec[0]', text: '/usr/bin/git' }],
      skills: [
        {
          ...{ number: 7, skill_id: 'mail', policy_sha256: 'b'.repeat(64) },
          rules: [{ id: 65_539, pointer: 'permissions.exec[1]', text: '/usr/bin/jq' }],
        },
      ],
    });

  test('a record names the skill that acts, and its rule', () => {
    describeBoth();
    const path = new TextEncoder().encode('/home/dev/notes');
    const about = { location: 0, reason: 'rule', path } as const;
    const records = take([
      decision(1, { ...about, rule: 65_539, skill: 7 }),
      decision(2, { ...about, rule: 3, skill: 7 }),
      decision(3, { ...about, rule: 3, skill: 1 }),
    ]);
    expect(records).toMatchObject([
      { skill_id: 'mail', policy_sha256: 'b'.repeat(64), rule: { id: 65_539, text: '/usr/bin/jq' } },
      { skill_id: 'mail', rule: { id: 3, text: '/usr/bin/git' } },
      { skill_id: 'agent', policy_sha256: 'a'.repeat(64), rule: { id: 3 } },
    ]);
  });

  test('what loses its trust is the skill', () => {
    describeBoth();
    const { kind: _, ...event } = decision(1);
    const [record] = take([{ ...event, kind: 'trust-dropped', skill: 7, chain: [] }]);
    expect(record).toMatchObject({ kind: 'skill.trust-dropped', skill_id: 'mail' });
  });
});

describe('questions', () => {
  const asked = { verdict: 'require_approval', reason: 'rule', rule: 3, location: 0, request: 7 } as const;

  test('a question and its answer are records of their own, whatever else looks like them', () => {
    const answer = { ...asked, verdict: 'block', reason: 'denied', approver: 1000 } as const;
    const records = take([decision(1, asked), decision(2, answer), decision(3, { ...answer, request: 8 })]);
    expect(records).toMatchObject([
      { kind: 'decision', verdict: 'require_approval', request: 7 },
      { kind: 'decision', verdict: 'block', reason: 'denied', request: 7, approver_uid: 1000 },
      { kind: 'decision', verdict: 'block', reason: 'denied', request: 8, approver_uid: 1000 },
    ]);
    expect(records[0]).not.toHaveProperty('approver_uid');
    expect(due(2000)).toEqual([]);
  });

  test('one that nobody waits for any more is withdrawn', () => {
    const withdrawn = {
      kind: 'withdrawn',
      sequence: 1n,
      monotonicNs: 1000n,
      session: '1',
      request: 7,
      pid: 100,
    } as const;
    expect(take([withdrawn])).toMatchObject([{ kind: 'approval.withdrawn', request: 7, pid: 100, session: '1' }]);
  });

  test('where a rename leads is on record', () => {
    const otherPath = new TextEncoder().encode('/home/dev/b');
    expect(take([decision(1, { otherPath })])).toMatchObject([{ other_path: '/home/dev/b' }]);
  });
});

describe('a skill that was changed', () => {
  const changed: KernelEvent = {
    kind: 'trust-dropped',
    sequence: 1n,
    monotonicNs: 1000n,
    session: 's-1',
    pid: 70,
    tid: 70,
    parentPid: 60,
    uid: 1000,
    startNs: 5n,
    operation: 'write',
    call: 'open',
    path: new TextEncoder().encode('/skills/mail/SKILL.md'),
    otherPath: null,
    object: { device: 1, generation: 2, inode: 3n },
    comm: 'vim',
    chain: [{ pid: 70, executable: '/usr/bin/vim' }],
  };

  test('is on record with who changed what, once for each event', () => {
    facts.describe({ session: 's-1', skill_id: 'mail', owner_uid: 1001, policy_sha256: 'a'.repeat(64), rules: [] });
    expect(take([changed, { ...changed, sequence: 2n, session: 's-2' }])).toMatchObject([
      {
        kind: 'skill.trust-dropped',
        session: 's-1',
        skill_id: 'mail',
        owner_uid: 1001,
        pid: 70,
        uid: 1000,
        path: '/skills/mail/SKILL.md',
        call: 'open',
        reason: 'trust-dropped',
        process_chain: [{ pid: 70, executable: '/usr/bin/vim' }],
        message: '/skills/mail/SKILL.md was opened for writing by vim (process 70) after the skill was bound',
      },
      { session: 's-2', skill_id: null },
    ]);
  });

  test('by one of its own processes is told with the chain that the session has seen', () => {
    const own = { session: 's-1', pid: 70, startNs: 5n };
    take([
      decision(1, {
        ...own,
        operation: 'exec',
        call: 'exec',
        verdict: 'allow',
        path: new TextEncoder().encode('/bin/sh'),
      }),
    ]);
    const [record] = take([{ ...changed, sequence: 2n, chain: [] }]);
    expect(record?.process_chain).toEqual([{ pid: 70, executable: '/bin/sh' }]);
    const [stranger] = take([{ ...changed, sequence: 3n, startNs: 6n }]);
    expect(stranger?.process_chain).toEqual(changed.chain);
  });
});
