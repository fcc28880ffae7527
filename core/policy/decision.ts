import type { NO_RULE, RuleId } from './rule.ts';
import type { Reason, Verdict } from './vocabulary.ts';

/** What the kernel answers, and why. */
export type Decision = {
  verdict: Verdict;
  reason: Reason;
  /** 0 when no rule of the policy decided. */
  rule: RuleId | typeof NO_RULE;
  /** Name of the protected location that refuses. */
  location?: string;
};
