import type { Effect, Operation, Protocol } from './vocabulary.ts';

/** 1, 2, 3 … in the order of the policy's rules, unique across paths and network. */
export type RuleId = number & { readonly brand: 'RuleId' };

/** What a decision names when nothing in the policy speaks. */
export const NO_RULE = 0;

export function ruleId(position: number): RuleId {
  return position as RuleId;
}

/** Where a rule was written, for the audit trail and for `explain`. */
export type RuleOrigin = {
  source: 'base' | 'manifest' | 'user';
  /** Place in the source, e.g. `permissions.filesystem.read[0]`. */
  pointer: string;
  /** The entry as its author wrote it. */
  text: string;
};

export type PathRule = {
  id: RuleId;
  effect: Effect;
  operations: readonly Operation[];
  /** Absolute host path pattern, symbols resolved. */
  pattern: string;
  /** An allow by this rule is not reported. */
  silent: boolean;
  origin: RuleOrigin;
};

export type NetworkRule = {
  id: RuleId;
  effect: Effect;
  /** `a.b.c.d/n` or `x::/n`. */
  prefix: string;
  /** Both ends included. */
  ports: { low: number; high: number };
  protocol: Protocol;
  origin: RuleOrigin;
};

export type Policy = {
  paths: readonly PathRule[];
  network: readonly NetworkRule[];
  /** What a refusal does. */
  onViolation: 'block' | 'kill';
  /** For the person who binds the manifest: what was accepted but grants nothing, or grants a lot. */
  warnings: readonly string[];
};
