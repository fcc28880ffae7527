import type { Result } from '../result.ts';
import { failure, success } from '../result.ts';
import { contentDigest, signingBytes } from './canonical.ts';
import { findKeyWeakness, verifyEd25519 } from './ed25519.ts';
import { quoteVisibly } from './hidden-character.ts';
import { parsePublicKey, type TrustedKey, weakKey } from './key.ts';
import { type Places, placed, type SignatureError } from './problem.ts';
import type { Revocation } from './revocation.ts';
import type { Manifest, Signature } from './schema.ts';
import { readSignature, refuse, SIGN_AGAIN } from './signature-form.ts';

export type Signer = { readonly keyId: string; readonly keyName: string; readonly keySource?: string };

/** Keys that a wrong `key_id` is tried out with, to tell a changed one from one that is not known here. */
const MAX_TRIES = 64;

/** Who signed the manifest, among the trusted keys (RFC 8032 Ed25519 over the DSSE pre-image). */
export function verifySignature(
  manifest: Manifest,
  keys: readonly TrustedKey[],
  places?: Places,
  revocations: readonly Revocation[] = [],
): Result<Signer, SignatureError> {
  const found = verify(manifest, keys, revocations);
  return found.ok ? found : failure(placed(found.error, places));
}

function verify(
  manifest: Manifest,
  keys: readonly TrustedKey[],
  revocations: readonly Revocation[],
): Result<Signer, SignatureError> {
  const { signature } = manifest;
  if (signature === undefined) {
    const remedy = 'Sign it: ringfence manifest sign FILE';
    return refuse('unsigned', 'the manifest has no signature', remedy, '');
  }
  const value = readSignature(signature, 'signature');
  if (!value.ok) return value;
  const named = findRevocation(signature.key_id, revocations);
  if (named !== undefined) return revoked(named, signature.signed_by, 'signature.key_id');
  const candidates = signature.key_id === undefined ? keys : keys.filter((key) => key.keyId === signature.key_id);
  if (candidates.length === 0) return nobodyKnown(manifest, signature, keys, value.value);
  const signer = verifyUnder(candidates, manifest, signature, value.value);
  const taken = signer.ok ? findRevocation(signer.value.keyId, revocations) : undefined;
  return taken === undefined ? signer : revoked(taken, signature.signed_by, 'signature');
}

export function findRevocation(keyId: string | undefined, revocations: readonly Revocation[]): Revocation | undefined {
  return revocations.find((one) => one.keyId === keyId);
}

export function revoked(
  { keyId, date, reason }: Revocation,
  signedBy: string,
  pointer: string,
): Result<never, SignatureError> {
  const message = `the key ${keyId} of ${quoteVisibly(signedBy)} was revoked at ${date}: ${reason}`;
  const remedy =
    'Get the manifest from its publisher anew, signed with their new key; whoever has the old key can sign anything.';
  return refuse('revoked-key', message, remedy, pointer);
}

function verifyUnder(
  candidates: readonly TrustedKey[],
  manifest: Manifest,
  signature: Signature,
  value: Uint8Array,
): Result<Signer, SignatureError> {
  for (const key of candidates) {
    const weakness = findKeyWeakness(key.publicKey);
    if (weakness !== null) {
      const weak = weakKey(weakness);
      return refuse('weak-key', `${weak.message} (${quoteVisibly(key.name)})`, weak.remedy, 'signature.key_id');
    }
  }
  const digest = contentDigest(manifest);
  const intact = signature.digest === undefined || signature.digest === digest;
  const signer = intact ? signerOf(candidates, manifest, value) : undefined;
  if (signer !== undefined) return success(asSigner(signer));
  return intact ? badSignature(signature, candidates) : changedManifest(manifest, signature, candidates, value, digest);
}

export function asSigner({ keyId, name, source }: TrustedKey): Signer {
  return { keyId, keyName: name, ...(source === undefined ? {} : { keySource: source }) };
}

function signerOf(candidates: readonly TrustedKey[], manifest: Manifest, value: Uint8Array): TrustedKey | undefined {
  const message = signingBytes(manifest);
  return candidates.find((key) => verifyEd25519(value, message, key.publicKey));
}

// With the right key id put in place the signature fits: then only the key id was touched.
function nobodyKnown(
  manifest: Manifest,
  signature: Signature,
  keys: readonly TrustedKey[],
  value: Uint8Array,
): Result<never, SignatureError> {
  const touched = keys.slice(0, MAX_TRIES).some((key) => {
    const restored = { ...manifest, signature: { ...signature, key_id: key.keyId } };
    return signature.key_id !== undefined && verifyEd25519(value, signingBytes(restored), key.publicKey);
  });
  if (!touched) return unknownKey(manifest, signature, keys.length);
  const message = 'the key id inside the signature was changed: the rest of the manifest is what was signed';
  return refuse('bad-signature', message, SIGN_AGAIN, 'signature.key_id');
}

function unknownKey(manifest: Manifest, signature: Signature, trusted: number): Result<never, SignatureError> {
  const who = quoteVisibly(signature.signed_by);
  const which = signature.key_id === undefined ? '' : ` with the key ${signature.key_id}`;
  const others =
    trusted === 1 ? 'the one key trusted here is another' : `none of the ${trusted} keys trusted here is that key`;
  const message = `the manifest says it was signed by ${who}${which}, and ${trusted === 0 ? 'no key is trusted here' : others}`;
  const pointer = signature.key_id === undefined ? 'signature' : 'signature.key_id';
  return refuse('unknown-key', message, howToTrust(manifest, signature), pointer);
}

function howToTrust(manifest: Manifest, { key_id }: Signature): string {
  const own = (manifest.publisher?.keys ?? []).some((line) => {
    const key = parsePublicKey(line);
    return key.ok && key.value.keyId === key_id;
  });
  if (own)
    return 'The manifest brings the key along. To look at it and decide whether to trust it: ringfence keys trust FILE';
  return 'If you trust the publisher, get their public key: ringfence keys add FILE.pub (it goes to /etc/ringfence/trusted-keys.d/); if a trusted key file was changed, restore it.';
}

function badSignature(signature: Signature, candidates: readonly TrustedKey[]): Result<never, SignatureError> {
  if (signature.digest !== undefined && signature.key_id !== undefined) {
    const message =
      'the signature was changed, or made for something else: the rest of the manifest and the key are those it names';
    return refuse('bad-signature', message, SIGN_AGAIN, 'signature.value');
  }
  const named = candidates.find((key) => key.name === signature.signed_by);
  if (signature.key_id === undefined && named === undefined) {
    const message = `the signature by ${quoteVisibly(signature.signed_by)} is not by any key trusted here over this text`;
    const remedy =
      'If you trust the publisher, get their public key: ringfence keys add FILE.pub (it goes to /etc/ringfence/trusted-keys.d/); if it is there, the manifest was changed after signing.';
    return refuse('unknown-key', message, remedy, 'signature.signed_by');
  }
  const message = 'the signature does not fit: the manifest or its signature was changed after signing';
  return refuse('bad-signature', message, SIGN_AGAIN, 'signature.value');
}

// With the right digest put in place the signature fits again: then only the digest was touched.
function changedManifest(
  manifest: Manifest,
  signature: Signature,
  candidates: readonly TrustedKey[],
  value: Uint8Array,
  digest: string,
): Result<never, SignatureError> {
  const restored = { ...manifest, signature: { ...signature, digest } };
  if (signerOf(candidates, restored, value) !== undefined) {
    const message = 'the digest inside the signature was changed: the rest of the manifest is what was signed';
    return refuse('bad-signature', message, SIGN_AGAIN, 'signature.digest');
  }
  const message = 'the manifest was changed after it was signed';
  const remedy =
    'Get it from its publisher again, or look at the changes and sign it yourself: ringfence manifest sign FILE';
  return refuse('changed-manifest', message, remedy, '');
}
