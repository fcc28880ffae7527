import type { RuleId, RuleOrigin } from './rule.ts';

export type PolicyErrorCode =
  | 'bad-pattern'
  | 'relative-path'
  | 'unknown-symbol'
  | 'bad-command'
  | 'bad-socket'
  | 'changed-program'
  | 'other-agent'
  | 'other-place'
  | 'bad-destination'
  /** The manifest wants a proxy, and the session has none. */
  | 'no-proxy'
  | 'bad-mount'
  | 'bad-context'
  | 'too-many-rules'
  | 'too-many-states'
  | 'too-many-edges'
  | 'too-many-rows'
  | 'too-many-components'
  | 'too-many-accepts'
  | 'too-many-port-ranges'
  | 'too-many-destinations'
  | 'too-much-work';

/** Why a policy cannot be made or compiled: the place, and what its author can do about it. */
export type PolicyError = {
  code: PolicyErrorCode;
  message: string;
  remedy: string;
  /** The rules that cause it, where rules exist already. */
  rules: readonly RuleId[];
  /** Place in the manifest, e.g. `permissions.filesystem.read[0]`; null when no single place is at fault. */
  pointer: string | null;
};

/** An error in one entry of a manifest. */
export function atOrigin(code: PolicyErrorCode, origin: RuleOrigin, problem: string, remedy: string): PolicyError {
  return { code, message: `“${origin.text}”: ${problem}`, remedy, rules: [], pointer: origin.pointer };
}
