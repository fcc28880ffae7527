/** What a recognised agent is held to that nobody has written a manifest for: protected places are closed, all else is allowed and recorded. */
import { baseRules } from './base.ts';
import { NO_LIMITS, type Policy } from './rule.ts';
import { OPERATIONS } from './vocabulary.ts';

export function recognisedPolicy(): Policy {
  return {
    paths: baseRules(1),
    network: [],
    names: [],
    resolvers: [],
    onViolation: 'block',
    // protected locations are no rules: they refuse whatever a policy says
    undeclared: { asks: [], audits: OPERATIONS },
    limits: NO_LIMITS,
    warnings: [],
  };
}
