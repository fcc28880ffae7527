import { hexToBytes } from '@noble/hashes/utils.js';
import type { Result } from '../result.ts';
import { failure, success } from '../result.ts';
import { decodeBase64 } from './base64.ts';
import { contentDigest, signingBytes } from './canonical.ts';
import { findKeyWeakness, hasCanonicalScalar, verifyEd25519 } from './ed25519.ts';
import { quoteVisibly } from './hidden-character.ts';
import { type TrustedKey, weakKey } from './key.ts';
import { type Places, placed, type SignatureCode, type SignatureError } from './problem.ts';
import type { Manifest, Signature } from './schema.ts';

export type Signer = { readonly keyId: string; readonly keyName: string; readonly keySource?: string };

const SHA256 = /^sha256:[0-9a-f]{64}$/;
const SIGN_AGAIN = 'Get it from its publisher again; if it is your own, sign it again: ringfence manifest sign FILE';

/** Who signed the manifest, among the trusted keys (RFC 8032 Ed25519 over the DSSE pre-image). */
export function verifySignature(
  manifest: Manifest,
  keys: readonly TrustedKey[],
  places?: Places,
): Result<Signer, SignatureError> {
  const found = verify(manifest, keys);
  return found.ok ? found : failure(placed(found.error, places));
}

function verify(manifest: Manifest, keys: readonly TrustedKey[]): Result<Signer, SignatureError> {
  const { signature } = manifest;
  if (signature === undefined) {
    const remedy = 'Sign it: ringfence manifest sign FILE';
    return refuse('unsigned', 'the manifest has no signature', remedy, '');
  }
  if (signature.algorithm !== 'Ed25519') {
    const message = `the signature's algorithm is ${quoteVisibly(signature.algorithm)}; only "Ed25519" is accepted`;
    return refuse('unsupported-algorithm', message, SIGN_AGAIN, 'signature.algorithm');
  }
  const value = decodeSignatureValue(signature.value);
  if (!value.ok) return value;
  const malformed = checkSha256(signature.key_id, 'key_id') ?? checkSha256(signature.digest, 'digest');
  if (malformed !== null) return failure(malformed);
  const candidates = signature.key_id === undefined ? keys : keys.filter((key) => key.keyId === signature.key_id);
  if (candidates.length === 0) return unknownKey(signature, keys.length);
  return verifyUnder(candidates, manifest, signature, value.value);
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
  if (signer !== undefined) {
    const { keyId, name, source } = signer;
    return success({ keyId, keyName: name, ...(source === undefined ? {} : { keySource: source }) });
  }
  return intact ? badSignature(signature, candidates) : changedManifest(manifest, signature, candidates, value, digest);
}

function signerOf(candidates: readonly TrustedKey[], manifest: Manifest, value: Uint8Array): TrustedKey | undefined {
  const message = signingBytes(manifest);
  return candidates.find((key) => verifyEd25519(value, message, key.publicKey));
}

function unknownKey(signature: Signature, trusted: number): Result<never, SignatureError> {
  const who = quoteVisibly(signature.signed_by);
  const which = signature.key_id === undefined ? '' : ` with the key ${signature.key_id}`;
  const others =
    trusted === 1 ? 'the one key trusted here is another' : `none of the ${trusted} keys trusted here is that key`;
  const message = `the manifest says it was signed by ${who}${which}, and ${trusted === 0 ? 'no key is trusted here' : others}`;
  const remedy =
    'If you trust the publisher, put their public key into /etc/ringfence/trusted-keys.d/; if a trusted key file was changed, restore it.';
  return refuse('unknown-key', message, remedy, signature.key_id === undefined ? 'signature' : 'signature.key_id');
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
      'If you trust the publisher, put their public key into /etc/ringfence/trusted-keys.d/; if you do, the manifest was changed after signing.';
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

/** The 64 bytes of `signature.value`: canonical base64 of 88 characters, or 128 lowercase hex digits. */
export function decodeSignatureValue(text: string): Result<Uint8Array, SignatureError> {
  const bytes = /^[0-9a-f]{128}$/.test(text) ? hexToBytes(text) : decodeBase64(text);
  if (bytes?.length === 64) {
    if (hasCanonicalScalar(bytes)) return success(bytes);
    const message = 'the signature is not in its canonical form (its number S is too large)';
    return refuse('malformed-signature', message, SIGN_AGAIN, 'signature.value');
  }
  return refuse('malformed-signature', `the signature's value ${whatItLooksLike(text)}`, SIGN_AGAIN, 'signature.value');
}

function whatItLooksLike(text: string): string {
  const wanted = 'an Ed25519 signature is 64 bytes: 88 characters of base64 or 128 lowercase hex digits';
  if (text === '') return `is empty: ${wanted}`;
  if (/^30[48][0-9a-f]/i.test(text) || /^ME[QUY]C/.test(text))
    return `begins as a DER-encoded ECDSA signature; ${wanted}`;
  if (/^[0-9a-f]{128}$/i.test(text)) return 'has capital hex digits: write them small';
  if (/\s/u.test(text)) return `holds a space or line break; ${wanted}`;
  if (/^[A-Za-z0-9_-]{86}(==)?$/.test(text)) return `is base64url, or base64 without its padding; ${wanted}`;
  if (/^[A-Za-z0-9+/]{86}==$/.test(text))
    return 'is base64 with stray bits in its last character; its canonical form ends in A, Q, g or w and ==';
  return `has ${text.length} characters that are no signature; ${wanted}`;
}

function checkSha256(text: string | undefined, field: 'key_id' | 'digest'): SignatureError | null {
  if (text === undefined || SHA256.test(text)) return null;
  const message = `signature.${field} is not "sha256:" and 64 lowercase hex digits`;
  return { code: 'malformed-signature', message, remedy: SIGN_AGAIN, pointer: `signature.${field}` };
}

function refuse(code: SignatureCode, message: string, remedy: string, pointer: string): Result<never, SignatureError> {
  return failure({ code, message, remedy, pointer });
}
