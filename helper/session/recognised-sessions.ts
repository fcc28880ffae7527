/** Sessions of agents that nobody started under a manifest: the kernel begins them by itself, or they are found running. */
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Agent, agentOf } from '../../core/policy/agents.ts';
import { recognise } from '../../core/policy/recognise.ts';
import type { Running } from '../../core/policy/sighting.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import { MAX_SHOWN_ARGUMENT_LENGTH, MAX_SHOWN_ARGUMENTS } from '../../core/protocol/limits.ts';
import type { Pid, SessionId, Uid } from '../../core/protocol/scalars.ts';
import type { Session } from '../../core/protocol/session.ts';
import type { AskingSession } from '../approval/asking-session.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { SessionDescription } from '../audit/options.ts';
import { RECOGNISED } from '../audit/recognised.ts';
import type { Guard } from '../kernel/guard.ts';
import { sessionName } from '../kernel/labels.ts';
import { agentInFlags, LABEL_LATE, type Label, recognisedFlags, type TaskReport } from '../kernel/layout.ts';
import { parentsFirst } from './parents-first.ts';
import { readOne, readRunning } from './running.ts';
import type { WaitingPolicies } from './waiting-policies.ts';

export interface RecognisedOptions {
  readonly guard: Guard;
  readonly audit: AuditLog;
  readonly policies: WaitingPolicies;
  readonly tell: (happened: HelperEvent) => void;
}

/** What the record of a recognised agent says. */
export interface Beginning {
  readonly session: string;
  readonly owner: number;
  readonly agent: number;
  readonly pid: number;
  readonly path: string | null;
  readonly startedAt: string;
}

type Known = {
  readonly number: bigint;
  readonly agent: Agent;
  readonly shown: Omit<Session, 'pids' | 'blocks'>;
  readonly rules: SessionDescription['rules'];
  blocks: number;
};

/** A process that forks while it is labelled is looked at again; each time fewer are left. */
const MOST_ROUNDS = 16;

export class RecognisedSessions {
  readonly #options: RecognisedOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: RecognisedOptions) {
    this.#options = options;
  }

  /** Counts what an earlier helper has put in force. Before anything else is put there. */
  adopt(): void {
    this.#options.policies.adopt();
  }

  /** Agents are recognised as the machine is now. The log knows what they are held to before the first is. */
  async prepare(): Promise<void> {
    const { policies, audit } = this.#options;
    if (!policies.place()) return;
    for (const description of policies.descriptions()) await audit.describeWaiting(description);
    policies.begin();
  }

  /** The kernel has recognised an agent: its record is in the log. */
  begun({ session, owner, agent: number, pid, path, startedAt }: Beginning): void {
    const agent = agentOf(number);
    if (!agent || this.#known.has(session)) return;
    const running = readOne(pid, this.#options.guard.mounts);
    const executable = path ?? running?.sighting.executable ?? '/';
    this.#enter(session, agent, { owner, executable, running, startedAt, since: 'exec' });
  }

  /** Takes in those whose beginning was told to an earlier helper, or to nobody. Ends those whose last task is gone. */
  async sweep(): Promise<void> {
    const { guard, audit, policies } = this.#options;
    const tasks = guard.side.labels().filter(({ label }) => agentInFlags(label.flags) !== 0);
    for (const [session, own] of Map.groupBy(tasks, ({ label }) => sessionName(label.session))) {
      if (this.#known.has(session)) continue;
      const first = firstOf(own);
      const agent = agentOf(agentInFlags(first.label.flags));
      const description = policies.describe(first.label.policy);
      if (!agent || !description) continue;
      const running = readOne(first.pid, guard.mounts);
      const since = first.label.flags & LABEL_LATE ? 'late' : 'exec';
      const executable = running?.sighting.executable ?? '/';
      const startedAt = new Date().toISOString();
      this.#enter(session, agent, { owner: description.owner_uid, executable, running, startedAt, since });
      const { policy: _, ...shared } = description;
      await audit.describeSession({ ...shared, session, skill_id: agent.id, root: { pid: first.pid, executable } });
    }
    for (const { shown, number } of this.#known.values()) if (!guard.side.liveTasks(number)) this.end(shown.id);
  }

  /** Finds agents that run already, and what they have started. Until nothing new is found: they fork meanwhile. */
  async labelRunning(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) if ((await this.#labelOnce()) === 0) return;
  }

  end(id: string): void {
    const session = this.#known.get(id);
    if (!session) return;
    this.#known.delete(id);
    this.#options.guard.side.forgetSession(session.number);
    const data = { ...this.#show(session, []), endedAt: new Date().toISOString() };
    this.#options.tell({ event: 'session.ended', data });
  }

  list(): Session[] {
    if (this.#known.size === 0) return [];
    const tasks = this.#options.guard.side.labels();
    return [...this.#known.values()].map((session) => this.#show(session, tasks));
  }

  all(): AskingSession[] {
    return [...this.#known.values()].map(askingSession);
  }

  facts(number: bigint): AskingSession | null {
    const session = this.#known.get(sessionName(number));
    return session ? askingSession(session) : null;
  }

  count(id: string, refusals: number): void {
    const session = this.#known.get(id);
    if (session) session.blocks += refusals;
  }

  /** How many processes were labelled. */
  async #labelOnce(): Promise<number> {
    const { guard, policies } = this.#options;
    const labels = new Map(guard.side.labels().map(({ pid, label }) => [pid, label]));
    const homes = policies.homes();
    let found = 0;
    for (const process of parentsFirst(readRunning(guard.mounts))) {
      if (labels.has(process.pid)) continue;
      const above = labels.get(process.parentPid);
      const inherited = above && agentInFlags(above.flags) !== 0 ? { ...above, flags: above.flags | LABEL_LATE } : null;
      const label = inherited ?? (await this.#beginLate(process, homes));
      // its number may be another's by now: then it is looked at in the next round
      const isSame = label !== null && isDeepStrictEqual(readOne(process.pid, guard.mounts), process);
      if (!isSame || !this.#labelWhole(process.pid, label)) continue;
      labels.set(process.pid, label);
      found += 1;
    }
    return found;
  }

  /** A session for an agent that runs; null: it is none that is known. */
  async #beginLate(process: Running, homes: readonly string[]): Promise<Label | null> {
    const { audit, policies } = this.#options;
    const waiting = policies.of(process.uid);
    const agent = waiting && recognise(process.sighting, homes);
    const description = waiting && policies.describe(waiting.policy);
    if (!agent || !description) return null;
    const number = randomBytes(8).readBigUInt64LE() || 1n;
    const session = sessionName(number);
    const executable = process.sighting.executable ?? '/';
    const startedAt = new Date().toISOString();
    const { policy: _, ...shared } = description;
    await audit.describeSession({ ...shared, session, skill_id: agent.id, root: { pid: process.pid, executable } });
    await audit.append([
      {
        ...{ kind: RECOGNISED, session, skill_id: agent.id, owner_uid: process.uid, pid: process.pid, action: 'exec' },
        ...{ path: executable, policy_sha256: description.policy_sha256, uid: process.uid, late: true },
      },
    ]);
    this.#enter(session, agent, { owner: process.uid, executable, running: process, startedAt, since: 'late' });
    return { session: number, ...waiting, skill: 0, flags: recognisedFlags(agent.number, true) };
  }

  /** Every thread, also those that begin meanwhile. False: the process is gone. */
  #labelWhole(pid: number, label: Label): boolean {
    let any = false;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const done = this.#options.guard.side.label(pid, label).filter(({ error }) => error === 0);
      if (done.length === 0) return any;
      any = true;
    }
    return any;
  }

  #enter(id: string, agent: Agent, seen: Seen): void {
    const { policies, tell } = this.#options;
    const description = policies.describe(policies.of(seen.owner)?.policy ?? 0);
    const session: Known = {
      number: BigInt(`0x${id.slice(2)}`),
      agent,
      shown: shownSession(id, agent, seen),
      rules: description?.rules ?? [],
      blocks: 0,
    };
    this.#known.set(id, session);
    tell({ event: 'session.started', data: this.#show(session, this.#options.guard.side.labels()) });
  }

  #show({ number, shown, blocks }: Known, tasks: readonly TaskReport[]): Session {
    const own = tasks.filter(({ label }) => label.session === number);
    return { ...shown, pids: [...new Set(own.map(({ pid }) => pid))] as Pid[], blocks };
  }
}

type Seen = {
  readonly owner: number;
  readonly executable: string;
  readonly running: Running | null;
  readonly startedAt: string;
  readonly since: NonNullable<Session['recognised']>['since'];
};

function shownSession(
  id: string,
  agent: Agent,
  { owner, executable, running, startedAt, since }: Seen,
): Known['shown'] {
  const command = running && running.command.length > 0 ? running.command : [executable];
  return {
    id: id as SessionId,
    owner: owner as Uid,
    skillId: agent.id,
    ...{ skillVersion: '', keyName: '' },
    manifestPath: executable,
    workingDirectory: running?.workingDirectory ?? '/',
    command: command.slice(0, MAX_SHOWN_ARGUMENTS).map((word) => word.slice(0, MAX_SHOWN_ARGUMENT_LENGTH)),
    mode: 'audit',
    ...{ startedAt, endedAt: null },
    recognised: { agent: agent.name, since },
  };
}

/** The task whose parent is none of them. */
function firstOf(tasks: readonly TaskReport[]): TaskReport {
  const pids = new Set(tasks.map(({ pid }) => pid));
  return tasks.find(({ parentPid }) => !pids.has(parentPid)) ?? (tasks[0] as TaskReport);
}

function askingSession({ number, agent, shown, rules }: Known): AskingSession {
  return {
    ...{ number, launcherPid: null, id: shown.id, owner: shown.owner, skillId: shown.skillId },
    skillOf: () => shown.skillId,
    holdNs: BigInt(agent.holdSeconds) * 1_000_000_000n,
    rule(id) {
      const rule = rules.find((one) => one.id === id);
      return rule ? { pointer: rule.pointer, text: rule.text } : null;
    },
  };
}
