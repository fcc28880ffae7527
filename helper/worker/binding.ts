import type { CoSigner, Revocation, SkillEntry, TrustedKey } from '../../core/manifest/index.ts';
import type { BindContext } from '../../core/policy/bind-context.ts';
import type { Limits, Undeclared } from '../../core/policy/rule.ts';
import type { Mount, PolicyTables } from '../../core/policy/tables.ts';
import type { Effect, Operation } from '../../core/policy/vocabulary.ts';
import type { Refusal } from '../../core/protocol/errors.ts';
import type { ProxiedName } from '../../core/proxy/proxied-names.ts';

/** Everything it takes to judge a manifest and compile it. The helper has read and hashed the files itself. */
export type BindRequest = {
  readonly manifest: Uint8Array;
  /** Name of the manifest's file within the skill's folder. */
  readonly manifestName: string;
  /** What lies beside it as clawmanifest.sig; null: nothing. */
  readonly detached: Uint8Array | null;
  readonly keys: readonly TrustedKey[];
  readonly revocations: readonly Revocation[];
  /** Milliseconds since 1970: when the manifest has to hold. */
  readonly now: number;
  readonly entries: readonly SkillEntry[];
  readonly context: BindContext;
  readonly mounts: readonly Mount[];
};

/** A draft to be made whole: the same, without what only a signed manifest has. */
export type DraftRequest = Omit<BindRequest, 'manifest' | 'detached' | 'keys' | 'revocations'> & {
  /** As the person wrote it. */
  readonly draft: string;
  readonly signedBy: string;
};

/** A manifest whose own word for its publisher is to be looked at: `keys` are those trusted already. */
export type PublisherRequest = Omit<BindRequest, 'context' | 'mounts'> & { readonly publisher: true };

/** Who has signed a manifest, by the key that it brings along or one that is trusted already. */
export type Publisher = {
  /** The one line of a key file. */
  readonly key: string;
  readonly skillId: string;
  readonly version: string;
};

/** A draft that could be bound once it is signed. */
export type CheckedDraft = {
  /** The manifest with its hashes and without a signature, as `JSON.stringify` writes it: the one form of it that is taken. */
  readonly text: string;
  readonly warnings: readonly string[];
};

/** A rule as it is shown: what it does, to what, and where its author wrote it. */
export type BoundRule = {
  readonly id: number;
  readonly effect: Effect;
  readonly operations: readonly Operation[];
  /** A path pattern, a network prefix or host name with its ports, or an abstract name with an @ before it. */
  readonly object: string;
  readonly source: 'base' | 'deputy' | 'manifest' | 'user';
  readonly pointer: string;
  readonly text: string;
};

/** What the policy says, for records and for people. */
export type PolicySummary = {
  readonly skillId: string;
  readonly version: string;
  readonly keyId: string;
  readonly keyName: string;
  readonly coSigners: readonly CoSigner[];
  readonly created: string | null;
  readonly supersedes: readonly string[];
  /** What this issue of the manifest is told from others by, 64 hex digits: see `issueDigest`. */
  readonly issue: string;
  /** SHA-256 of the policy in canonical form, 64 hex digits. */
  readonly policySha256: string;
  readonly onViolation: 'block' | 'kill';
  /** It says `"mode": "enforce"`: no mode that is set loosens it. */
  readonly insistsOnEnforcing: boolean;
  readonly undeclared: Undeclared;
  readonly limits: Limits;
  readonly rules: readonly BoundRule[];
  /** Hosts that the session's proxy is to reach; null: it has none. */
  readonly proxied: readonly ProxiedName[] | null;
  readonly warnings: readonly string[];
};

export type Binding = { readonly summary: PolicySummary; readonly tables: PolicyTables };

/** Why there is no binding: the manifest, or the worker that was to judge it. */
export type BindError =
  | { readonly code: 'manifest-refused'; readonly refusals: readonly Refusal[] }
  | { readonly code: 'worker-failed'; readonly message: string; readonly remedy: string };
