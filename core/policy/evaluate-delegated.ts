import type { Decision } from './decision.ts';
import type { DelegatedPolicy } from './delegated-rights.ts';
import { evaluate, type PathRequest } from './evaluate.ts';
import type { ProtectedLocation } from './locations.ts';
import type { Policy } from './rule.ts';

/**
 * What a program with a delegated right may do: what the session's policy lets it, and of the location that the right is about, and of
 * what no rule speaks of, what the right opens. Never what the manifest denies.
 */
export function evaluateDelegated(
  policy: Policy,
  locations: readonly ProtectedLocation[],
  { right, policy: own }: DelegatedPolicy,
  request: PathRequest,
): Decision {
  const decision = evaluate(policy, locations, request);
  if (decision.verdict === 'allow') return decision;
  const isOpen =
    decision.reason === 'no-rule' || (decision.reason === 'location' && decision.location === right.location);
  if (!isOpen || isDenied(policy, request)) return decision;
  const delegated = evaluate(own, [], request);
  return delegated.reason === 'rule' ? delegated : decision;
}

function isDenied(policy: Policy, request: PathRequest): boolean {
  const { reason, verdict } = evaluate(policy, [], request);
  return reason === 'rule' && (verdict === 'block' || verdict === 'kill');
}
