import type { SessionId, Uid } from '../../core/protocol/scalars.ts';

/** What approvals need to know of a session. */
export interface AskingSession {
  readonly id: SessionId;
  readonly number: bigint;
  readonly owner: Uid;
  readonly skillId: string;
  /** The id of the skill with this number in the kernel, where the session has one; else its own. */
  skillOf(number: number): string;
  /** The `ringfence run` that started it; null when it is not known. */
  readonly launcherPid: number | null;
  /** How long its calls are held. */
  readonly holdNs: bigint;
  /** The manifest's entry behind a rule's number, or its skill's. */
  rule(id: number): { pointer: string; text: string } | null;
}
