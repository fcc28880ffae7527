import type { RecordDraft } from '../../core/evidence/record.ts';

/** Where the log lives and how it behaves. Everything a test may want otherwise is here, nothing in the environment. */
export type AuditOptions = {
  /** Directory of the segments and checkpoints, root 0700. Made if it is missing. */
  readonly directory: string;
  /** File of the SQLite index. Can be deleted at any time. */
  readonly indexFile: string;
  /** Directory of `log.key` and `log.pub`, root 0700. */
  readonly keyDirectory: string;
  /** Shown in `helper.started`. */
  readonly helperVersion: string;
  /** Refuse to start on a log that is not intact (the default), or set it aside and begin a new one that says so. */
  readonly onBrokenLog?: 'refuse' | 'set-aside';
  /** Bytes at which a segment is closed. */
  readonly segmentBytes?: number;
  /** A checkpoint at least every so many records … */
  readonly checkpointRecords?: number;
  /** … and so many milliseconds, when there is news. */
  readonly checkpointIntervalMs?: number;
  readonly bootId?: string;
  /** How kernel events become records. */
  readonly intake?: Partial<IntakeLimits>;
};

/** Milliseconds, events and entries. */
export type IntakeLimits = {
  /** Repeats of a refusal within this are one record. It also bounds how long the kernel's ring stays uncommitted. */
  readonly blockWindowMs: number;
  /** Repeats of something allowed within this are counted, not written. */
  readonly allowWindowMs: number;
  /** A missing event is declared lost after this … */
  readonly holePatienceMs: number;
  /** … or once this many later events have come. */
  readonly holePatienceEvents: number;
  readonly maxOpenWindows: number;
};

export const INTAKE_LIMITS: IntakeLimits = {
  blockWindowMs: 1000,
  allowWindowMs: 60_000,
  holePatienceMs: 1000,
  holePatienceEvents: 4096,
  maxOpenWindows: 65_536,
};

export const CHECKPOINT_RECORDS = 1000;
export const CHECKPOINT_INTERVAL_MS = 10_000;

/** What main tells of a session before its first event, so that records say whose it is and what a rule says. */
export type SessionDescription = {
  readonly session: string;
  readonly skill_id: string | null;
  /** User who started it. */
  readonly owner_uid: number;
  readonly policy_sha256: string;
  readonly rules: readonly RuleText[];
  /** Skills of the session that have manifests of their own, by the number the kernel reports. */
  readonly skills?: readonly SkillDescription[];
  /** Protected locations by the number the kernel reports. */
  readonly locations?: readonly { readonly id: number; readonly name: string }[];
  /** The first process, as far as it is known before its first exec. */
  readonly root?: { readonly pid: number; readonly startNs?: bigint; readonly executable: string | null };
};

/** What main tells of a policy that waits for agents: the session that begins under it is described by it. */
export type WaitingDescription = Omit<SessionDescription, 'session' | 'skill_id' | 'root' | 'skills'> & {
  /** Its number in the kernel. */
  readonly policy: number;
};

export type RuleText = { readonly id: number; readonly pointer: string; readonly text: string };

export type SkillDescription = {
  readonly number: number;
  readonly skill_id: string;
  readonly policy_sha256: string;
  readonly rules: readonly RuleText[];
};

export type { RecordDraft };
