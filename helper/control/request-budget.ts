/** Requests a user may make: a bucket that fills with time (CLOCK_MONOTONIC, milliseconds) and may be overdrawn. */
export type RequestBudget = {
  /** Takes one. The answer is how long to read nothing more from its sender, 0: not at all. */
  spend(): number;
};

export function requestBudget(burst: number, perSecond: number, now: () => number): RequestBudget {
  let tokens = burst;
  let filled = now();
  return {
    spend() {
      const time = now();
      tokens = Math.min(burst, tokens + ((time - filled) * perSecond) / 1000) - 1;
      filled = time;
      return tokens >= 0 ? 0 : Math.ceil((-tokens * 1000) / perSecond);
    },
  };
}
