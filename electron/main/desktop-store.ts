/** The state that all windows show, and who wants to know when it changes. */
import type { DesktopState } from '../../core/protocol/desktop.ts';

export class DesktopStore {
  #state: DesktopState;
  readonly #listeners: ((state: DesktopState) => void)[] = [];
  #told = true;

  constructor(state: DesktopState) {
    this.#state = state;
  }

  get state(): DesktopState {
    return this.#state;
  }

  change(next: DesktopState): void {
    if (next === this.#state) return;
    this.#state = next;
    if (!this.#told) return;
    this.#told = false;
    // events come in bursts: listeners get the last state of each
    setImmediate(() => {
      this.#told = true;
      for (const hear of this.#listeners) hear(this.#state);
    });
  }

  onChange(hear: (state: DesktopState) => void): void {
    this.#listeners.push(hear);
  }
}
