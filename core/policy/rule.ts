import type { Effect, NetworkOperation, Operation, Protocol } from './vocabulary.ts';

/** 1, 2, 3 … in the order of the policy's rules, unique across paths and network. */
export type RuleId = number & { readonly brand: 'RuleId' };

/** What a decision names when nothing in the policy speaks. */
export const NO_RULE = 0;

export function ruleId(position: number): RuleId {
  return position as RuleId;
}

/** Where a rule was written, for the audit trail and for `explain`. */
export type RuleOrigin = {
  source: 'base' | 'deputy' | 'manifest' | 'user';
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
  operation: NetworkOperation;
  /** `a.b.c.d/n` or `x::/n`. */
  prefix: string;
  /** Both ends included. */
  ports: { low: number; high: number };
  protocol: Protocol;
  origin: RuleOrigin;
};

/** A rule on the addresses that a host name leads to, as far as name servers have told the session. */
export type NameRule = {
  id: RuleId;
  effect: Effect;
  /** `api.example.org`, or `*.example.org` for every name below it. */
  name: string;
  /** Both ends included. */
  ports: { low: number; high: number };
  protocol: Protocol;
  origin: RuleOrigin;
};

/** On connecting to a Unix socket whose name is no path. */
export type LocalNameRule = {
  id: RuleId;
  effect: Effect;
  /** Bytes after the NUL that such names begin with, up to MAX_LOCAL_NAME_BYTES. */
  name: Uint8Array;
  /** Every name that begins with these bytes. */
  isPrefix: boolean;
  origin: RuleOrigin;
};

/** What becomes of operations that no rule speaks of: they are refused, but for these. */
export type Undeclared = {
  /** A person is asked. */
  readonly asks: readonly Operation[];
  /** They are allowed and reported: audit mode. */
  readonly audits: readonly Operation[];
};

/** What one session may do in all, however its calls are spread. Null: as much as it likes. */
export type Limits = {
  /** Files and folders removed or replaced within one minute of the clock. */
  readonly deletionsPerMinute: number | null;
  /** Alive at once, or not yet waited for. */
  readonly processes: number | null;
  /** To addresses, loopback included, since the session began. */
  readonly bytesSent: number | null;
};

export const REFUSE_UNDECLARED: Undeclared = { asks: [], audits: [] };
export const NO_LIMITS: Limits = { deletionsPerMinute: null, processes: null, bytesSent: null };

export type Policy = {
  paths: readonly PathRule[];
  network: readonly NetworkRule[];
  names: readonly NameRule[];
  /** Addresses of the name servers whose answers count for `names`. */
  resolvers: readonly string[];
  /** Missing: there are none. */
  localNames?: readonly LocalNameRule[];
  /** What a refusal does. */
  onViolation: 'block' | 'kill';
  undeclared: Undeclared;
  limits: Limits;
  /** For the person who binds the manifest: what was accepted but grants nothing, or grants a lot. */
  warnings: readonly string[];
};
