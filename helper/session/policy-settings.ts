import type { PolicySettings } from '../kernel/layout.ts';
import type { PolicySummary } from '../worker/binding.ts';

/** What holds for all of a policy, beside its tables. `raisedBy`: how far its rules were numbered on. */
export function policySettings(summary: PolicySummary, raisedBy = 0): PolicySettings {
  const { onViolation, undeclared, limits, rules } = summary;
  const first = rules.find(({ source }) => source === 'base')?.id;
  return { onViolation, undeclared, limits, firstBaseRule: first === undefined ? 0 : first + raisedBy };
}
