import { agentOf } from '../../core/policy/agents.ts';
import { everyoneRow } from '../../core/policy/everyone.ts';
import { ROW_LOCATION } from '../kernel/layout.ts';
import type { DecisionEvent, RecognisedEvent, TrustDroppedEvent } from './kernel-event.ts';
import type { RecordDraft, SessionDescription, WaitingDescription } from './options.ts';
import { type Chain, ProcessTree } from './process-tree.ts';

type Session = { readonly description: SessionDescription | null; readonly processes: ProcessTree };

/** What is known of sessions beyond the kernel's event: whose they are, what their rules say, who started whom. */
export class SessionFacts {
  private readonly sessions = new Map<string, Session>();
  /** By the policy's number. */
  private readonly waiting = new Map<number, WaitingDescription>();

  describe(description: SessionDescription): void {
    const processes = this.processesOf(description.session);
    if (description.root !== undefined) processes.begin(description.root);
    this.sessions.set(description.session, { description, processes });
  }

  describeWaiting(description: WaitingDescription): void {
    this.waiting.set(description.policy, description);
  }

  /** A session has begun without anybody's word: what it is held to was known before. */
  recognised({ session, policy, agent, pid, startNs }: RecognisedEvent, executable: string | null): void {
    const known = this.waiting.get(policy);
    if (!known || this.sessions.get(session)?.description) return;
    const { policy: _, ...shared } = known;
    this.describe({ ...shared, session, skill_id: agentOf(agent)?.id ?? null, root: { pid, startNs, executable } });
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

  /** The asking process and those above it within the session that run programs of their own. */
  chain(event: DecisionEvent): Chain {
    return this.processesOf(event.session).chain(event);
  }

  /** The same for who changed the skill, when it is one of the session's own processes; else nothing. */
  knownChain({ session, pid, startNs }: TrustDroppedEvent): Chain {
    return this.sessions.get(session)?.processes.known({ pid, startNs }) ?? [];
  }

  /** An exec that was let through changes what the process runs. */
  executed(event: DecisionEvent, path: string): void {
    this.processesOf(event.session).executed(event, path);
  }

  private processesOf(session: string): ProcessTree {
    const known = this.sessions.get(session) ?? { description: null, processes: new ProcessTree() };
    this.sessions.set(session, known);
    return known.processes;
  }
}
