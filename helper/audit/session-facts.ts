import { agentOf } from '../../core/policy/agents.ts';
import { everyoneRow } from '../../core/policy/everyone.ts';
import { ROW_LOCATION } from '../kernel/layout.ts';
import type { DecisionEvent, RecognisedEvent, TrustDroppedEvent } from './kernel-event.ts';
import type { RecordDraft, SessionDescription, WaitingDescription } from './options.ts';

type Process = { readonly startNs: bigint; readonly parentPid: number; readonly executable: string | null };
type Session = { readonly description: SessionDescription | null; readonly processes: Map<number, Process> };

const MAX_CHAIN = 32;
/** More processes than the kernel labels at once: what is older has ended. */
const MAX_PROCESSES = 16_384;

/** What is known of sessions beyond the kernel's event: whose they are, what their rules say, who started whom. */
export class SessionFacts {
  private readonly sessions = new Map<string, Session>();
  /** By the policy's number. */
  private readonly waiting = new Map<number, WaitingDescription>();

  describe(description: SessionDescription): void {
    const processes = this.sessions.get(description.session)?.processes ?? new Map<number, Process>();
    const { root } = description;
    if (root !== undefined && !processes.has(root.pid)) {
      processes.set(root.pid, { startNs: 0n, parentPid: 0, executable: root.executable });
    }
    this.sessions.set(description.session, { description, processes });
  }

  describeWaiting(description: WaitingDescription): void {
    this.waiting.set(description.policy, description);
  }

  /** A session has begun without anybody's word: what it is held to was known before. */
  recognised({ session, policy, agent, pid }: RecognisedEvent, executable: string | null): void {
    const known = this.waiting.get(policy);
    if (!known || this.sessions.get(session)?.description) return;
    const { policy: _, ...shared } = known;
    this.describe({ ...shared, session, skill_id: agentOf(agent)?.id ?? null, root: { pid, executable } });
  }

  forget(session: string): void {
    this.sessions.delete(session);
  }

  /** The fields that say whose session it is, and which skill of it acts; 0: none that has a manifest of its own. */
  owner(session: string, skill = 0): Pick<RecordDraft, 'session' | 'skill_id' | 'owner_uid' | 'policy_sha256'> {
    const description = this.sessions.get(session)?.description;
    if (description == null) return { session, skill_id: null };
    const { owner_uid } = description;
    const { skill_id, policy_sha256 } = description.skills?.find(({ number }) => number === skill) ?? description;
    return { session, skill_id, owner_uid, policy_sha256 };
  }

  rule(session: string, id: number): RecordDraft['rule'] {
    if (id === 0) return null;
    const description = this.sessions.get(session)?.description;
    const rules = [description?.rules ?? [], ...(description?.skills ?? []).map((skill) => skill.rules)];
    const rule = rules.flat().find((one) => one.id === id);
    return { id, pointer: rule?.pointer ?? null, text: rule?.text ?? null };
  }

  location(session: string, id: number): string | null {
    if (id === 0) return null;
    if (id > ROW_LOCATION) return everyoneRow(id - ROW_LOCATION) ?? `location ${id}`;
    const known = this.sessions.get(session)?.description?.locations?.find((one) => one.id === id);
    return known?.name ?? `location ${id}`;
  }

  /** The asking process and its ancestors within the session. A process that never called exec runs its parent's program. */
  chain(event: DecisionEvent): { pid: number; executable: string | null }[] {
    const processes = this.processesOf(event.session);
    this.meet(processes, event);
    return chainIn(processes, event.pid);
  }

  /** The same for who changed the skill, when it is one of the session's own processes; else nothing. */
  knownChain({ session, pid, startNs }: TrustDroppedEvent): { pid: number; executable: string | null }[] {
    const processes = this.sessions.get(session)?.processes;
    return processes?.get(pid)?.startNs === startNs ? chainIn(processes, pid) : [];
  }

  /** An exec that was let through changes what the process runs. */
  executed(event: DecisionEvent, path: string): void {
    const processes = this.processesOf(event.session);
    processes.set(event.pid, { startNs: event.startNs, parentPid: event.parentPid, executable: path });
  }

  private meet(processes: Map<number, Process>, event: DecisionEvent): void {
    const known = processes.get(event.pid);
    if (known?.startNs === event.startNs) return;
    // The description of the first process does not know when it started.
    const executable = known?.startNs === 0n ? known.executable : (processes.get(event.parentPid)?.executable ?? null);
    processes.delete(event.pid);
    processes.set(event.pid, { startNs: event.startNs, parentPid: event.parentPid, executable });
    if (processes.size > MAX_PROCESSES) processes.delete(processes.keys().next().value!);
  }

  private processesOf(session: string): Map<number, Process> {
    const known = this.sessions.get(session) ?? { description: null, processes: new Map<number, Process>() };
    this.sessions.set(session, known);
    return known.processes;
  }
}

function chainIn(
  processes: ReadonlyMap<number, Process>,
  asking: number,
): { pid: number; executable: string | null }[] {
  const chain: { pid: number; executable: string | null }[] = [];
  for (let pid = asking; chain.length < MAX_CHAIN && !chain.some((one) => one.pid === pid); ) {
    const process = processes.get(pid);
    if (process === undefined) break;
    chain.push({ pid, executable: process.executable });
    pid = process.parentPid;
  }
  return chain;
}
