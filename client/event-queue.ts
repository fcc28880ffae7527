import type { SequencedEvent } from './helper-client.ts';

/** Keeps events until somebody listens, so that none is lost between the snapshot and the first listener. */
export class EventQueue {
  readonly #listeners = new Set<(happened: SequencedEvent) => void>();
  #waiting: SequencedEvent[] = [];

  put(happened: SequencedEvent): void {
    if (this.#listeners.size === 0) this.#waiting.push(happened);
    for (const hear of this.#listeners) hear(happened);
  }

  listen(hear: (happened: SequencedEvent) => void): () => void {
    this.#listeners.add(hear);
    for (const happened of this.#waiting.splice(0)) hear(happened);
    return () => this.#listeners.delete(hear);
  }
}
