export { pathOf } from './breadth.ts';
export { canonicalBytes, contentDigest, PAYLOAD_TYPE, preAuthEncoding, signingBytes } from './canonical.ts';
export { type CompletedDraft, completeDraft, type DraftToComplete } from './complete-draft.ts';
export { type Draft, type DraftInput, draftManifest } from './draft.ts';
export {
  type Addresses,
  EGRESS_SYMBOLS,
  type Egress,
  type EgressSymbol,
  LOCALHOST,
  type PortRange,
  parseDeny,
  parseEgress,
  parseListen,
} from './egress.ts';
export { checkEntries, checkHashes, hashesOf, MANIFEST_NAME, type SkillEntry } from './hashes.ts';
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
export { MAX_MANIFEST_BYTES, MAX_SKILL_BYTES, MAX_SKILL_FILES } from './limits.ts';
export { type ParsedManifest, parseManifest } from './parse.ts';
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
export { formatManifest, signManifest } from './sign.ts';
export { type Signer, verifySignature } from './signature.ts';
export { type VerifiedManifest, type VerifyInput, verifyManifest } from './verify.ts';
