import type { Policy } from '../../core/policy/rule.ts';
import { firstBaseRule } from '../../core/policy/undeclared.ts';
import type { PolicySettings } from '../../helper/kernel/layout.ts';

/** What a policy says beside its rules, as the kernel's tables take it. */
export function settingsFor(policy: Policy): PolicySettings {
  const { onViolation, undeclared, limits } = policy;
  return { onViolation, undeclared, limits, firstBaseRule: firstBaseRule(policy) };
}
