import { z } from 'zod';
import { OPERATIONS } from '../policy/vocabulary.ts';
import { pid, sentence, sessionId, timestamp, uid } from './scalars.ts';

/** Number of a question that the kernel asked: 1, 2, 3 … since the programs were loaded. */
export const approvalId = z.int().min(1).brand<'ApprovalId'>();
export type ApprovalId = z.infer<typeof approvalId>;

/** Number of a grant: 1, 2, 3 … in one run of the helper. */
export const grantId = z.int().min(1).brand<'GrantId'>();
export type GrantId = z.infer<typeof grantId>;

/**
 * The answers there are. `once`: this call, and its repeats by the same process within two seconds. `process`, `session`,
 * `15-minutes`: the same question again, as long as that lasts. `rule`: whatever the same rule asks about, for the session.
 */
export const APPROVAL_OPTIONS = [
  'deny',
  'allow-once',
  'allow-process',
  'allow-session',
  'allow-15-minutes',
  'allow-rule',
] as const;
export const approvalOption = z.enum(APPROVAL_OPTIONS);
export type ApprovalOption = z.infer<typeof approvalOption>;

/** What it takes this peer to allow something. `by-click`: it is the installed desktop app, where a person's own hand counts. */
export const ANSWERING = ['by-click', 'by-password', 'as-root'] as const;
export const answering = z.enum(ANSWERING);
export type Answering = z.infer<typeof answering>;

/** How a question ended. Each ends in exactly one way. */
export const APPROVAL_OUTCOMES = [
  'allowed',
  'denied',
  'timed-out',
  /** The process ended, or went on to ask something else. */
  'withdrawn',
  /** A signal such as Ctrl-C reached the process while it was held. */
  'interrupted',
  /** The helper was not there to pass an answer on. */
  'guard-unavailable',
] as const;
export const approvalOutcome = z.enum(APPROVAL_OUTCOMES);
export type ApprovalOutcome = z.infer<typeof approvalOutcome>;

/** Why a question could not be put before its call was refused. */
export const REFUSED_BECAUSE = ['nobody-to-ask', 'cannot-hold', 'timed-out', 'guard-unavailable'] as const;

/** `held`: the call waits in the kernel. `refused`: it was blocked; allowing it lets the next attempt through. */
export const approvalState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('held'), until: timestamp }),
  z.object({ state: z.literal('refused'), because: z.enum(REFUSED_BECAUSE) }),
]);
export type ApprovalState = z.infer<typeof approvalState>;

const process = z.object({ pid, executable: z.string().max(4096).nullable() });

/** One question. Everything in it is the kernel's word, but for the names of skill and command. */
export const approvalRequest = z.object({
  id: approvalId,
  /** Who may answer, beside root. */
  owner: uid,
  session: sessionId,
  skillId: sentence,
  operation: z.enum(OPERATIONS),
  /** All that the call asks for: an approved read never serves a write. */
  operations: z.array(z.enum(OPERATIONS)).min(1),
  call: sentence,
  /** The host's path; null for addresses. */
  path: z.string().max(20_000).nullable(),
  /** Where a rename or link leads. */
  otherPath: z.string().max(20_000).nullable(),
  address: sentence.nullable(),
  port: z.int().min(0).max(65_535).nullable(),
  /** The asking process first, then its ancestors within the session. */
  chain: z.array(process).min(1).max(32),
  /** The entry of the manifest that wants it asked. */
  rule: z.object({ pointer: sentence, text: sentence }).nullable(),
  /** Where the rule belongs to a right that a program has by itself: which one, and how the program was started. */
  delegated: z.object({ right: sentence, program: sentence, startedBy: sentence.nullable() }).optional(),
  askedAt: timestamp,
  status: approvalState,
  options: z.array(approvalOption),
});
export type ApprovalRequest = z.infer<typeof approvalRequest>;

/** An answer that stays in force. */
export const grant = z.object({
  id: grantId,
  owner: uid,
  session: sessionId,
  skillId: sentence,
  /** The question it answers. */
  request: approvalId,
  option: approvalOption,
  operations: z.array(z.enum(OPERATIONS)),
  /** What it opens, in words: a path, an address, or the manifest's entry. */
  object: z.string().max(20_000),
  grantedAt: timestamp,
  /** Null: as long as the process or session lasts. */
  until: timestamp.nullable(),
});
export type Grant = z.infer<typeof grant>;

/** The end of a question. */
export const approvalEnd = z.object({
  id: approvalId,
  owner: uid,
  session: sessionId,
  outcome: approvalOutcome,
  /** Who answered; null: nobody. */
  by: uid.nullable(),
});
export type ApprovalEnd = z.infer<typeof approvalEnd>;

/** What an agent is told of a refusal of its own. */
export const CAUSES = [
  'denied-by-person',
  'timed-out',
  'by-policy',
  'guard-unavailable',
  'nobody-to-ask',
  'cannot-hold',
  'interrupted',
  'limit-reached',
  'trust-dropped',
] as const;
export const refusalCause = z.object({
  /** Number of the record. */
  record: z.int().min(1),
  timestamp,
  operation: sentence,
  object: z.string().max(20_000),
  cause: z.enum(CAUSES),
  count: z.int().min(1),
  /** What it means and what can be done, one sentence each. */
  explanation: sentence,
});
export type RefusalCause = z.infer<typeof refusalCause>;
