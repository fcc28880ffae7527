/** What the main process is asked by Node's inspector, which now and then forgets to answer. */
import { setTimeout as delay } from 'node:timers/promises';

/** It says so, or has not told Playwright of the context yet. */
const LOST = ['garbage collected', 'context was destroyed', 'Cannot find context'];
/** The context comes when it comes: to ask at once is to be told the same. */
const PAUSE_MS = 100;

export type Patience = {
  /** Milliseconds after which no answer is a lost one: it may be said only when garbage is collected again, minutes later. */
  readonly answerMs: number;
  /** Milliseconds after which a loss is no reason to ask again. */
  readonly timeMs: number;
};

/** Asks again as long as the answer is lost. @throws what is no loss, or the last loss when there is no more time */
export async function untilAnswered<T>(ask: () => Promise<T>, { answerMs, timeMs }: Patience): Promise<T> {
  const end = performance.now() + timeMs;
  for (;;) {
    try {
      return await inTime(ask(), answerMs);
    } catch (error) {
      if (performance.now() > end || !LOST.some((words) => String(error).includes(words))) throw error;
      await delay(PAUSE_MS);
    }
  }
}

async function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  const timer = new AbortController();
  const lost = delay(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no answer within ${ms / 1000} s: it was garbage collected`);
  });
  try {
    return await Promise.race([answer, lost]);
  } finally {
    timer.abort();
    lost.catch(() => undefined);
  }
}
