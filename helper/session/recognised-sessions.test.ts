import { beforeEach, describe, expect, it } from 'vitest';
import { AGENTS } from '../../core/policy/agents.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { SessionDescription } from '../audit/options.ts';
import type { Guard } from '../kernel/guard.ts';
import { recognisedFlags, type TaskReport } from '../kernel/layout.ts';
import { RecognisedSessions } from './recognised-sessions.ts';
import type { WaitingPolicies } from './waiting-policies.ts';

const UID = 1000;
const POLICY = 7;
const CODEX = AGENTS.find(({ id }) => id === 'codex');
const BEGINNING = {
  ...{ session: 's-00000000000000ff', owner: UID, agent: CODEX?.number ?? 0, pid: 2 ** 22, path: '/x/codex' },
  startedAt: '2026-01-02T03:04:05.000000Z',
};

let tasks: TaskReport[];
let told: HelperEvent[];
let described: SessionDescription[];
let forgotten: bigint[];
let sessions: RecognisedSessions;

function task(session: bigint, pid: number, parentPid: number, flags: number): TaskReport {
  return {
    pid,
    tid: pid,
    parentPid,
    error: 0,
    label: { session, policy: POLICY, generation: 1, skill: 0, flags },
    comm: 'x',
  };
}

beforeEach(() => {
  [tasks, told, described, forgotten] = [[], [], [], []];
  const side = {
    labels: () => tasks,
    liveTasks: (session: bigint) => BigInt(tasks.filter(({ label }) => label.session === session).length) || null,
    forgetSession: (session: bigint) => forgotten.push(session),
  };
  const rules = [{ id: 3, pointer: 'base.rules[2]', text: '/usr' }];
  const waiting = { policy: POLICY, owner_uid: UID, policy_sha256: 'ab', rules };
  sessions = new RecognisedSessions({
    guard: { side, mounts: [] } as unknown as Guard,
    audit: { describeSession: async (one: SessionDescription) => void described.push(one) } as unknown as AuditLog,
    policies: {
      of: (uid: number) => (uid === UID ? { policy: POLICY, generation: 1 } : null),
      describe: (policy: number) => (policy === POLICY ? waiting : null),
    } as unknown as WaitingPolicies,
    tell: (happened) => told.push(happened),
  });
});

describe('a session that the kernel has begun', () => {
  it('is shown with its agent, its processes and since when, and ends once', () => {
    tasks = [task(0xffn, 50, 1, 0), task(0xffn, 51, 50, 0), task(1n, 60, 1, 0)];
    sessions.begun(BEGINNING);
    sessions.begun(BEGINNING);
    sessions.count(BEGINNING.session, 2);
    expect(sessions.list()).toMatchObject([
      {
        ...{ id: BEGINNING.session, owner: UID, skillId: 'codex', pids: [50, 51], blocks: 2, command: ['/x/codex'] },
        ...{ mode: 'audit', recognised: { agent: 'Codex CLI', since: 'exec' }, startedAt: BEGINNING.startedAt },
      },
    ]);
    sessions.end(BEGINNING.session);
    sessions.end(BEGINNING.session);
    expect(told.map(({ event }) => event)).toEqual(['session.started', 'session.ended']);
    expect(forgotten).toEqual([0xffn]);
    expect(sessions.list()).toEqual([]);
  });

  it('bears what its agent bears of waiting', () => {
    sessions.begun(BEGINNING);
    const facts = sessions.facts(0xffn);
    expect(facts).toMatchObject({ launcherPid: null, holdNs: 9_000_000_000n, skillId: 'codex' });
    expect(facts?.rule(3)).toEqual({ pointer: 'base.rules[2]', text: '/usr' });
    expect(sessions.facts(1n)).toBeNull();
  });

  it('is nothing where the agent is not known to this version', () => {
    sessions.begun({ ...BEGINNING, agent: 250 });
    expect(sessions.list()).toEqual([]);
  });
});

describe('a look at the labels', () => {
  const flags = (late: boolean) => recognisedFlags(CODEX?.number ?? 0, late);

  it('takes in what an earlier helper knew, and overlooks sessions of manifests', async () => {
    tasks = [
      task(5n, 71, 70, flags(true)),
      task(5n, 70, 1, flags(true)),
      task(6n, 80, 1, flags(false)),
      task(9n, 90, 1, 0),
    ];
    await sessions.sweep();
    expect(sessions.list().map(({ pids, recognised }) => [pids, recognised?.since])).toEqual([
      [[71, 70], 'late'],
      [[80], 'exec'],
    ]);
    expect(described.map(({ skill_id, root }) => [skill_id, root?.pid])).toEqual([
      ['codex', 70],
      ['codex', 80],
    ]);
    expect(described[0]).not.toHaveProperty('policy');
  });

  it('ends those whose last task is gone, also when nobody said so', async () => {
    tasks = [task(0xffn, 50, 1, flags(false))];
    sessions.begun(BEGINNING);
    await sessions.sweep();
    expect(sessions.list()).toHaveLength(1);
    tasks = [];
    await sessions.sweep();
    expect(told.at(-1)).toMatchObject({ event: 'session.ended', data: { id: BEGINNING.session, pids: [] } });
  });
});
