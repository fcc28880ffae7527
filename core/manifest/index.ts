export { pathOf } from './breadth.ts';
export {
  canonicalBytes,
  contentDigest,
  coSigningBytes,
  PAYLOAD_TYPE,
  preAuthEncoding,
  signingBytes,
} from './canonical.ts';
export { type CoSigner, verifyCoSignatures } from './co-signature.ts';
export { type CompletedDraft, completeDraft, type DraftToComplete } from './complete-draft.ts';
export { type Detached, parseDetached, withDetached } from './detached.ts';
export { type Draft, type DraftEntry, type DraftInput, draftManifest } from './draft.ts';
export {
  type Addresses,
  EGRESS_SYMBOLS,
  type Egress,
  type EgressSymbol,
  type HostName,
  LOCALHOST,
  namesHost,
  type PortRange,
  parseDeny,
  parseEgress,
  parseListen,
} from './egress.ts';
export { checkEntries, checkHashes, DETACHED_NAME, hashesOf, MANIFEST_NAME, type SkillEntry } from './hashes.ts';
export { parseInstant } from './instant.ts';
export { issueDigest } from './issue-digest.ts';
export {
  checkKeyName,
  decodeTrustedKeys,
  formatPublicKey,
  formatSecretKey,
  generateKey,
  type KeyError,
  type KeyFile,
  type KeyFileError,
  keyIdOf,
  type PublicKey,
  parsePublicKey,
  parseSecretKey,
  type SecretKey,
  secretKeyFrom,
  type TrustedKey,
} from './key.ts';
export { layOut } from './layout.ts';
export { MAX_DETACHED_BYTES, MAX_MANIFEST_BYTES, MAX_SIGNERS, MAX_SKILL_BYTES, MAX_SKILL_FILES } from './limits.ts';
export { isSocketPath, type LocalSocket, parseLocalSocket } from './local-socket.ts';
export { type ParsedManifest, parseManifest } from './parse.ts';
export { type Part, partOf } from './part.ts';
export { checkPathPattern, checkSkillPath, PATH_SYMBOLS } from './path-pattern.ts';
export {
  describeProblem,
  type HashError,
  type ManifestError,
  type ManifestWarning,
  type Places,
  type Problem,
  type Refusal,
  type SignatureError,
} from './problem.ts';
export { checkReason, formatRevocation, parseRevocations, type Revocation } from './revocation.ts';
export {
  APPROVAL_CLASSES,
  type ApprovalClass,
  KNOWN_FIELDS,
  type Manifest,
  manifestSchema,
  type PermissionLists,
  type Permissions,
  type Program,
  type Signature,
} from './schema.ts';
export { handsOutRights, isSecretPlace, secretFiles } from './secret-places.ts';
export { formatManifest, makeCoSignature, type SignOptions, signDetached, signManifest } from './sign.ts';
export { type Signer, verifySignature } from './signature.ts';
export { type Starter, type StarterFile, starterFor, startersFrom } from './starter.ts';
export { fitsVariable, isSteering } from './steering-variables.ts';
export {
  type Issue,
  judgeSuccession,
  type Remembered,
  type SuccessionCode,
  type SuccessionError,
} from './succession.ts';
export { CLOCK_SLACK_MS, checkValidity } from './validity.ts';
export { type VerifiedManifest, type VerifyInput, verifyManifest } from './verify.ts';
