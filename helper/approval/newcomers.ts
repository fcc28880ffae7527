/** How many refused questions of a session come into the inbox: looking each up costs, and an agent can make thousands. */
const MOST_A_SECOND = 20;
const SECOND_NS = 1_000_000_000n;

export class Newcomers {
  readonly #nowNs: () => bigint;
  #since = 0n;
  readonly #counts = new Map<bigint, number>();

  /** `nowNs`: CLOCK_MONOTONIC. */
  constructor(nowNs: () => bigint) {
    this.#nowNs = nowNs;
  }

  /** Counts one more; false when it is one too many in this second. The record of the refusal is not touched by it. */
  admits(session: bigint): boolean {
    const now = this.#nowNs();
    if (now - this.#since >= SECOND_NS) {
      this.#since = now;
      this.#counts.clear();
    }
    const count = (this.#counts.get(session) ?? 0) + 1;
    this.#counts.set(session, count);
    return count <= MOST_A_SECOND;
  }
}
