/**
 * The words of a decision, in the order of the codes of `bpf/ringfence.h`: the index in each list is the number the
 * kernel uses. Entries are only ever added.
 */

/** What is asked for. Code = index; `rf_operation`. */
export const OPERATIONS = ['read', 'write', 'create', 'delete', 'exec', 'connect', 'listen'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Operations on an object with a path; `connect` to a socket that has one. */
export const PATH_OPERATIONS = [
  'read',
  'write',
  'create',
  'delete',
  'exec',
  'connect',
] as const satisfies readonly Operation[];
export type PathOperation = (typeof PATH_OPERATIONS)[number];

/** Operations on an address. */
export const NETWORK_OPERATIONS = ['connect', 'listen'] as const satisfies readonly Operation[];
export type NetworkOperation = (typeof NETWORK_OPERATIONS)[number];

/** Answers, from lenient to strict. Code = index; `rf_verdict`. `none`: no rule speaks, which is a refusal. */
export const VERDICTS = ['none', 'allow', 'require_approval', 'block', 'kill'] as const;
export type VerdictWord = (typeof VERDICTS)[number];

/** What a decision says: every verdict but `none`. */
export type Verdict = Exclude<VerdictWord, 'none'>;

/** What a rule says when it matches. */
export type Effect = Verdict;

/** The call that was judged. Code = index; `rf_call`, where 0 is not used. */
export const CALLS = [
  null,
  'open',
  'exec',
  'create',
  'mkdir',
  'mknod',
  'symlink',
  'link',
  'unlink',
  'rmdir',
  'rename',
  'truncate',
  'chmod',
  'chown',
  'connect',
  'send',
  'socket',
  'ptrace',
  'map',
  'signal',
  'bpf',
  'umount',
  'ioctl',
  'prlimit',
  'schedule',
  'bind',
  'listen',
  'fork',
  'xattr',
  'mount',
  'key',
  'perf',
  'module',
  'capability',
  'notify',
  'receive',
  'ipc',
  'times',
] as const;
export type Call = NonNullable<(typeof CALLS)[number]>;

/** Why a verdict is what it is. Code = index; `rf_reason`, where 0 is not used. */
export const REASONS = [
  null,
  'rule',
  'no-rule',
  'location',
  'directory-move',
  'too-deep',
  'name-too-long',
  'disconnected',
  'unknown-filesystem',
  'unstable-path',
  'internal-filesystem',
  'foreign-process',
  'address-family',
  'no-policy',
  'approved',
  'denied',
  'timed-out',
  'nobody-to-ask',
  'cannot-hold',
  'guard-unavailable',
  'interrupted',
  'self-protection',
  'limit-deletions',
  'limit-processes',
  'limit-bytes',
  'trust-dropped',
  'audit-mode',
  null,
  null,
  null,
  'answers-unread',
  'private-address',
  'name-expired',
  null,
  null,
  'delegated-process',
  null,
  null,
  'outside-skill',
  'raw-device',
  'machine',
  'foreign-object',
] as const;
export type Reason = NonNullable<(typeof REASONS)[number]>;

/** IP protocols a network rule can name. `rf_port_range.protocol` holds the IPPROTO number, 0 for any. */
export const PROTOCOL_NUMBERS = { any: 0, tcp: 6, udp: 17 } as const;
export type Protocol = keyof typeof PROTOCOL_NUMBERS;

export type OperationCode = number & { readonly brand: 'OperationCode' };
export type VerdictCode = number & { readonly brand: 'VerdictCode' };
export type CallCode = number & { readonly brand: 'CallCode' };
export type ReasonCode = number & { readonly brand: 'ReasonCode' };

/** Position of the operation in every verdict table. */
export function operationCode(operation: Operation): OperationCode {
  return OPERATIONS.indexOf(operation) as OperationCode;
}

export function verdictCode(verdict: VerdictWord): VerdictCode {
  return VERDICTS.indexOf(verdict) as VerdictCode;
}

export function callCode(call: Call): CallCode {
  return CALLS.indexOf(call) as CallCode;
}

export function reasonCode(reason: Reason): ReasonCode {
  return REASONS.indexOf(reason) as ReasonCode;
}

/** The operation of a kernel code, or null for a code this version does not know. */
export function operationOf(code: number): Operation | null {
  return OPERATIONS[code] ?? null;
}

/** The verdict of a kernel code, or null for a code this version does not know. */
export function verdictOf(code: number): VerdictWord | null {
  return VERDICTS[code] ?? null;
}

/** The call of a kernel code, or null for a code this version does not know. */
export function callOf(code: number): Call | null {
  return CALLS[code] ?? null;
}

/** The reason of a kernel code, or null for a code this version does not know. */
export function reasonOf(code: number): Reason | null {
  return REASONS[code] ?? null;
}
