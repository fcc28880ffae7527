import type { PolicyErrorCode } from '../policy-error.ts';

/** Thrown inside the compiler and turned into a policy error at its border, where the rules are named. */
export class LimitExceeded extends Error {
  readonly code: PolicyErrorCode;
  readonly limit: number;
  /** The wildcard components whose byte automaton is the one too large; null where it is no single one. */
  readonly globs: ReadonlySet<number> | null;

  constructor(code: PolicyErrorCode, limit: number, globs: readonly number[] | null = null) {
    super(code);
    this.code = code;
    this.limit = limit;
    this.globs = globs && new Set(globs);
  }
}

/** Counts elementary steps, so that compile time is bounded alike on every machine. */
export class WorkBudget {
  readonly limit: number;
  spent = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  spend(steps: number): void {
    this.spent += steps;
    if (this.spent > this.limit) throw new LimitExceeded('too-much-work', this.limit);
  }
}
