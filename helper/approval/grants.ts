/** Answers that stay in force: what they cover, how long, and how they end. */
import type { ApprovalId, ApprovalOption, Grant, GrantId } from '../../core/protocol/approval.ts';
import type { Uid } from '../../core/protocol/scalars.ts';
import type { GrantScope, HeldCallTables } from '../kernel/held-call.ts';
import type { Processes } from './processes.ts';
import { objectOf, type Question } from './question.ts';

const MINUTE_NS = 60_000_000_000n;
const FIFTEEN_MINUTES_NS = 15n * MINUTE_NS;
/** For so long the next attempt of a refused call can come. */
const NEXT_ATTEMPT_NS = 10n * MINUTE_NS;
/** The same question is not put again for so long after it was denied. */
const DENIAL_NS = MINUTE_NS;
/** Agents open a file twice in a row, from whichever of their threads is free. */
const REPEAT_NS = 2_000_000_000n;

interface Kept {
  readonly shown: Grant;
  readonly key: Uint8Array;
  readonly question: Question;
  readonly scope: GrantScope;
  readonly untilNs: bigint | null;
}

/** What a caller is told when the kernel's table is full. */
export class GrantsFull extends Error {}

export interface GrantsOptions {
  readonly tables: Pick<HeldCallTables, 'grant' | 'revoke'>;
  readonly processes: Pick<Processes, 'lives'>;
  readonly nowNs: () => bigint;
  readonly ended: (grant: Grant) => void;
}

export class Grants {
  readonly #options: GrantsOptions;
  readonly #kept = new Map<GrantId, Kept>();
  /** Answers that only spare a person the same question again, and when they end; nobody sees or revokes them. */
  readonly #brief = new Map<Question, { readonly key: Uint8Array; readonly untilNs: bigint }>();
  #last = 0;

  constructor(options: GrantsOptions) {
    this.#options = options;
  }

  list(): Grant[] {
    return [...this.#kept.values()].map(({ shown }) => shown);
  }

  find(id: GrantId): Grant | null {
    return this.#kept.get(id)?.shown ?? null;
  }

  /** Puts an answer in force beyond the call it was given for. Throws GrantsFull. */
  make(question: Question, option: ApprovalOption, by: Uid): Grant {
    const { asked, session } = question;
    const scope = scopeOf(question, option);
    const untilNs = this.#endOf(question, option);
    const terms = {
      verdict: 'allow',
      reason: 'approved',
      untilNs,
      once: option === 'allow-once',
      approver: by,
    } as const;
    const key = this.#put(question, scope, terms);
    this.#last += 1;
    const now = Date.now();
    const shown: Grant = {
      id: this.#last as GrantId,
      owner: session.owner,
      session: session.id,
      skillId: session.skillOf(asked.skill),
      request: asked.request as ApprovalId,
      option,
      operations: [...asked.operations],
      object: option === 'allow-rule' ? (session.rule(asked.rule)?.text ?? objectOf(question)) : objectOf(question),
      grantedAt: new Date(now).toISOString(),
      until:
        untilNs === null ? null : new Date(now + Number((untilNs - this.#options.nowNs()) / 1_000_000n)).toISOString(),
    };
    this.#kept.set(shown.id, { shown, key, question, scope, untilNs });
    return shown;
  }

  /** Answers the same question with no for a while, without asking anyone. */
  denyRepeats(question: Question, by: Uid): void {
    const untilNs = this.#options.nowNs() + DENIAL_NS;
    const terms = { verdict: 'block', reason: 'denied', untilNs, once: false, approver: by } as const;
    this.#brief.set(question, { key: this.#put(question, { process: null, rule: 0 }, terms), untilNs });
  }

  /** Lets the process that was allowed something once do the very same again for a moment. */
  allowRepeats(question: Question, by: Uid): void {
    const untilNs = this.#options.nowNs() + REPEAT_NS;
    const terms = { verdict: 'allow', reason: 'approved', untilNs, once: false, approver: by } as const;
    this.#brief.set(question, { key: this.#put(question, scopeOf(question, 'allow-process'), terms), untilNs });
  }

  /** Does the grant answer this other question as well? */
  covers(id: GrantId, { asked }: Question): boolean {
    const kept = this.#kept.get(id);
    if (!kept || asked.session !== kept.question.asked.session) return false;
    const { process, rule } = kept.scope;
    if (process && (process.pid !== asked.pid || process.startNs !== asked.startNs)) return false;
    if (rule === 0) return Buffer.compare(asked.question, kept.question.asked.question) === 0;
    const same = asked.operations.join() === kept.question.asked.operations.join();
    return rule === asked.rule && !asked.severalRules && same;
  }

  revoke(id: GrantId): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    this.#kept.delete(id);
    this.#options.tables.revoke(kept.key);
    this.#options.ended(kept.shown);
  }

  /** Ends what is over: by time, or since its process is gone. */
  sweep(): void {
    const now = this.#options.nowNs();
    for (const [question, { untilNs }] of this.#brief) if (untilNs <= now) this.#forgetBrief(question);
    for (const [id, { untilNs, scope }] of this.#kept) {
      const isOver = untilNs !== null && untilNs <= now;
      if (isOver || (scope.process && !this.#options.processes.lives(scope.process))) this.revoke(id);
    }
  }

  endSession(session: bigint): void {
    for (const [id, { question }] of this.#kept) if (question.asked.session === session) this.revoke(id);
    for (const question of this.#brief.keys()) if (question.asked.session === session) this.#forgetBrief(question);
  }

  #forgetBrief(question: Question): void {
    const brief = this.#brief.get(question);
    this.#brief.delete(question);
    if (brief) this.#options.tables.revoke(brief.key);
  }

  #put(question: Question, scope: GrantScope, terms: Parameters<HeldCallTables['grant']>[2]): Uint8Array {
    try {
      const key = this.#options.tables.grant(question.asked.question, scope, terms);
      this.#replaced(key);
      return key;
    } catch (error) {
      throw new GrantsFull(error instanceof Error ? error.message : String(error));
    }
  }

  /** What the table had under this key before is over: ending it later must not end what is there now. */
  #replaced(key: Uint8Array): void {
    const isSame = (earlier: { readonly key: Uint8Array }) => Buffer.compare(earlier.key, key) === 0;
    for (const [question, brief] of this.#brief) if (isSame(brief)) this.#brief.delete(question);
    for (const [id, kept] of this.#kept) {
      if (!isSame(kept)) continue;
      this.#kept.delete(id);
      this.#options.ended(kept.shown);
    }
  }

  #endOf({ status }: Question, option: ApprovalOption): bigint | null {
    const now = this.#options.nowNs();
    if (option === 'allow-15-minutes') return now + FIFTEEN_MINUTES_NS;
    return option === 'allow-once' && status.state === 'refused' ? now + NEXT_ATTEMPT_NS : null;
  }
}

function scopeOf({ asked }: Question, option: ApprovalOption): GrantScope {
  const process = option === 'allow-process' ? { pid: asked.pid, startNs: asked.startNs } : null;
  return { process, rule: option === 'allow-rule' ? asked.rule : 0 };
}
