/** Works through what the kernel has captured of name servers' answers, and wakes the calls that wait for it. */
import type { CapturedAnswer } from '../../core/names/answer-reader.ts';
import type { DnsAnswer } from '../../core/names/dns-answer.ts';
import { LEARNING, type LearningSettings } from '../../core/names/learning.ts';
import type { Result } from '../../core/result.ts';
import type { CapturedAnswers, WaitingCall } from '../kernel/captured-answers.ts';

/** The kernel's side of it. */
export type AnswerTables = Pick<
  CapturedAnswers,
  'configure' | 'next' | 'commit' | 'wait' | 'learn' | 'waiting' | 'hasReadAll' | 'forget' | 'close'
>;

export interface LearnerParts {
  readonly tables: AnswerTables;
  readonly worker: {
    ready(): Promise<boolean>;
    read(capture: CapturedAnswer): Promise<Result<DnsAnswer[], string>>;
    close(): void;
  };
  /** Wakes a stopped process. */
  readonly resume: (process: { readonly pid: number; readonly startNs: bigint }) => void;
  /** CLOCK_MONOTONIC. */
  readonly nowNs: () => bigint;
  readonly onTrouble: (message: string) => void;
  readonly settings?: LearningSettings;
}

const WAIT_MS = 1000;
const SWEEP_MS = 50;
/** A call that was woken and never made again is forgotten after its deadline and this. */
const GRACE_NS = 2_000_000_000n;

export class NameLearner {
  readonly #parts: LearnerParts;
  #listening = false;
  #sweeping: NodeJS.Timeout | null = null;

  constructor(parts: LearnerParts) {
    this.#parts = parts;
  }

  /** Before the first session that has rules on names. */
  begin(): void {
    const { tables, settings } = this.#parts;
    tables.configure(settings ?? LEARNING);
    this.#listening = true;
    this.#sweeping = setInterval(() => this.#wake(), SWEEP_MS);
    void this.#pump().finally(() => tables.close());
  }

  /** So that the first answer does not wait for it. */
  async prepare(): Promise<boolean> {
    return this.#parts.worker.ready();
  }

  end(): void {
    this.#listening = false;
    if (this.#sweeping) clearInterval(this.#sweeping);
    this.#parts.worker.close();
  }

  async #pump(): Promise<void> {
    const { tables } = this.#parts;
    while (this.#listening) {
      const next = tables.next();
      if (next) {
        await this.#learn(next.captured);
        tables.commit(next.position);
      } else await tables.wait(WAIT_MS);
    }
  }

  /** What cannot be read says nothing: then the call is refused. What the kernel does not take must not stop what comes after. */
  async #learn(captured: Parameters<AnswerTables['learn']>[0]): Promise<void> {
    const { tables, worker, onTrouble } = this.#parts;
    const read = await worker.read(captured.answer);
    if (!read.ok) onTrouble(read.error);
    try {
      tables.learn(captured, read.ok ? read.value : []);
      this.#wake();
    } catch (error) {
      onTrouble(error instanceof Error ? error.message : String(error));
    }
  }

  #wake(): void {
    const { tables, resume, nowNs } = this.#parts;
    const now = nowNs();
    for (const call of tables.waiting()) {
      if (isOver(call, now)) tables.forget(call);
      if (call.deadlineNs <= now || tables.hasReadAll(call.session)) resume(call);
    }
  }
}

function isOver({ deadlineNs }: WaitingCall, now: bigint): boolean {
  return deadlineNs + GRACE_NS <= now;
}
