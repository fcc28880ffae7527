/** Watches a family of processes for a stop that no question explains: that is what a lost wake-up looks like from outside. */
import { taskState } from './arena.ts';

const SAMPLE_MS = 100;

export class StoppedForNothing {
  readonly #family: () => readonly number[];
  /** Questions that wait for their answer, by process. */
  readonly #waiting = new Map<number, number>();
  /** Since when a process has been seen stopped, again and again, while none of its questions waited. */
  readonly #since = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;
  #longestMs = 0;
  #samples = 0;

  constructor(family: () => readonly number[]) {
    this.#family = family;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  asked(pid: number): void {
    this.#waiting.set(pid, (this.#waiting.get(pid) ?? 0) + 1);
  }

  answered(pid: number): void {
    this.#waiting.set(pid, (this.#waiting.get(pid) ?? 0) - 1);
  }

  /** Milliseconds of the longest such stop, and how often was looked. */
  end(): { readonly longestMs: number; readonly samples: number } {
    clearInterval(this.#timer);
    return { longestMs: this.#longestMs, samples: this.#samples };
  }

  #sample(): void {
    const now = performance.now();
    const family = new Set(this.#family());
    this.#samples += 1;
    for (const pid of this.#since.keys()) if (!family.has(pid)) this.#since.delete(pid);
    for (const pid of family) {
      if (taskState(pid) !== 'T' || (this.#waiting.get(pid) ?? 0) > 0) {
        this.#since.delete(pid);
        continue;
      }
      const since = this.#since.get(pid) ?? now;
      this.#since.set(pid, since);
      this.#longestMs = Math.max(this.#longestMs, now - since);
    }
  }
}
