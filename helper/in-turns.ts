/** Work that comes again and again, a piece at a time. */
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface Turns {
  /** One piece after another; between two of them everything else of this thread has its turn. One that fails is told of, and the next begins. */
  run(pieces: readonly (() => void)[]): Promise<void>;
  /** Nothing begins any more. */
  end(): void;
}

export function inTurns(failed: (error: unknown) => void): Turns {
  let isEnding = false;
  return {
    async run(pieces) {
      for (const piece of pieces) {
        if (isEnding) return;
        try {
          piece();
        } catch (error) {
          failed(error);
        }
        await nextTurn();
      }
    },
    end() {
      isEnding = true;
    },
  };
}
