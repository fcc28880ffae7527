/** An open question and how clients see it. */
import { delegatedRightOf } from '../../core/policy/delegated-rights.ts';
import type { ApprovalId, ApprovalOption, ApprovalRequest, ApprovalState } from '../../core/protocol/approval.ts';
import type { Uid } from '../../core/protocol/scalars.ts';
import type { Asked } from '../kernel/held-call.ts';
import type { AskingSession } from './asking-session.ts';
import type { ChainLink, ProcessIdentity } from './processes.ts';

export interface Question {
  readonly asked: Asked;
  readonly session: AskingSession;
  readonly chain: readonly ChainLink[];
  /** Who may have stopped with the held call, see Followers. */
  readonly above: readonly ProcessIdentity[];
  /** Whose job it is, and stopped as long as it waits, see Shells; null: nobody's. */
  readonly shell: ProcessIdentity | null;
  /** Wall clock, RFC 3339. */
  readonly askedAt: string;
  status: ApprovalState;
  /** What it adds to a list that clients are shown. */
  shownBytes: number;
  /** An answer is on its way to the kernel: nobody else can give one. */
  answered: { readonly option: ApprovalOption | null; readonly by: Uid | null } | null;
  /** CLOCK_MONOTONIC: the end of the hold, then of its time in the inbox. */
  expiresNs: bigint;
}

/** The answers that fit: “whatever the rule asks about” is one where a single rule asks. */
function optionsFor({ asked }: Question): ApprovalOption[] {
  const options: ApprovalOption[] = ['deny', 'allow-once', 'allow-process', 'allow-session', 'allow-15-minutes'];
  return asked.rule === 0 || asked.severalRules ? options : [...options, 'allow-rule'];
}

const text = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes);

export function shownRequest(question: Question): ApprovalRequest {
  const { asked, session, chain, askedAt, status } = question;
  const rule = asked.rule === 0 ? null : session.rule(asked.rule);
  const right = rule && delegatedRightOf(rule.pointer);
  return {
    id: asked.request as ApprovalId,
    owner: session.owner,
    session: session.id,
    skillId: session.skillOf(asked.skill),
    operation: asked.operation,
    operations: [...asked.operations],
    call: asked.call,
    path: text(asked.path),
    otherPath: text(asked.otherPath),
    address: asked.address,
    port: asked.port,
    chain: chain.length > 0 ? [...chain] : [{ pid: asked.pid as ChainLink['pid'], executable: null }],
    rule,
    ...(right === null ? {} : { delegated: { right: right.id, program: right.program, startedBy: right.startedBy } }),
    askedAt,
    status,
    options: optionsFor(question),
  };
}

/** What the question is about, in words. */
export function objectOf({ asked }: Question): string {
  if (asked.path !== null) return text(asked.path) ?? '';
  return asked.address?.includes(':') ? `[${asked.address}]:${asked.port}` : `${asked.address}:${asked.port}`;
}
