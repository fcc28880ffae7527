/** A page that has died takes nothing with it: main holds the state, and the window comes back. */
import type { BrowserWindow } from 'electron';

/** A page that dies at once again is not helped by haste. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** A page that has lived this long has recovered. */
const CALM_MS = 60_000;

/** One for each kind of window. */
export class Renewal {
  #pause = FIRST_PAUSE_MS;
  #lastDeath = Number.NEGATIVE_INFINITY;

  /** Calls `remake` when the window's page has died and the window itself has been taken away. */
  watch(window: BrowserWindow, remake: () => void): void {
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit' || window.isDestroyed()) return;
      console.error(`a window's page has died (${reason}); it is made anew`);
      window.destroy();
      setTimeout(remake, this.#pauseAt(performance.now()));
    });
  }

  #pauseAt(now: number): number {
    if (now - this.#lastDeath > CALM_MS) this.#pause = FIRST_PAUSE_MS;
    this.#lastDeath = now;
    const pause = this.#pause;
    this.#pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    return pause;
  }
}
