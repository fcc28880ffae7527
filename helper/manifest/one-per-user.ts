import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { Uid } from '../../core/protocol/scalars.ts';
import { failure, type Result } from '../../core/result.ts';

/** For work that is costly to the helper: one at a time for each user, and so many more that wait in line. */
export class OnePerUser {
  readonly #line: number;
  readonly #busy = new Map<Uid, { waiting: number; last: Promise<unknown> }>();

  constructor(line: number) {
    this.#line = line;
  }

  async run<T>(uid: Uid, work: () => Promise<Result<T, ProtocolError>>): Promise<Result<T, ProtocolError>> {
    const state = this.#busy.get(uid) ?? { waiting: 0, last: Promise.resolve() };
    if (state.waiting > this.#line) {
      const remedy = 'Wait for the answer to the one before.';
      return failure(protocolError('limit-reached', 'you are asking for this already', { remedy }));
    }
    state.waiting += 1;
    const mine = state.last.then(work);
    state.last = mine.catch(() => undefined);
    this.#busy.set(uid, state);
    try {
      return await mine;
    } finally {
      state.waiting -= 1;
      if (state.waiting === 0) this.#busy.delete(uid);
    }
  }
}
