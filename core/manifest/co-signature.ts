import type { Result } from '../result.ts';
import { failure, success } from '../result.ts';
import { contentDigest, coSigningBytes } from './canonical.ts';
import { findKeyWeakness, verifyEd25519 } from './ed25519.ts';
import { quoteVisibly } from './hidden-character.ts';
import { type TrustedKey, weakKey } from './key.ts';
import { pointerTo } from './pointer.ts';
import { type Places, placed, type SignatureError } from './problem.ts';
import type { Revocation } from './revocation.ts';
import type { Manifest, Signature } from './schema.ts';
import { asSigner, findRevocation, revoked, type Signer } from './signature.ts';
import { readSignature, refuse } from './signature-form.ts';

/** Someone who signed beside the signer. One whose key is not trusted here is told, and counts for nothing. */
export type CoSigner =
  | (Signer & { readonly state: 'valid' })
  | { readonly state: 'unknown-key'; readonly keyId: string; readonly signedBy: string };

type Judged = Result<CoSigner, SignatureError>;

const SIGN_WITH_ID = 'Get the manifest again, or have it co-signed anew: ringfence manifest sign --co-sign FILE';

/** Who co-signed a manifest whose own signature was found valid. All reasons of a refusal at once. */
export function verifyCoSignatures(
  manifest: Manifest,
  keys: readonly TrustedKey[],
  places?: Places,
  revocations: readonly Revocation[] = [],
): Result<CoSigner[], SignatureError[]> {
  const judged = (manifest.signatures ?? []).map((one, index) => {
    const pointer = pointerTo('signatures', index);
    const earlier = [manifest.signature, ...(manifest.signatures ?? []).slice(0, index)];
    if (one.key_id !== undefined && earlier.some((other) => other?.key_id === one.key_id)) return twice(one, pointer);
    return judge(manifest, one, pointer, keys, revocations);
  });
  const coSigners = judged.flatMap((one) => (one.ok ? [one.value] : []));
  const broken = judged.flatMap((one) => (one.ok ? [] : [one.error]));
  const errors = [...broken, ...(broken.length === 0 ? findMissing(manifest, coSigners) : [])];
  return errors.length === 0 ? success(coSigners) : failure(errors.map((error) => placed(error, places)));
}

function judge(
  manifest: Manifest,
  block: Signature,
  pointer: string,
  keys: readonly TrustedKey[],
  revocations: readonly Revocation[],
): Judged {
  const value = readSignature(block, pointer);
  if (!value.ok) return value;
  const { key_id: keyId, signed_by: signedBy } = block;
  // it could not be told from one by an unknown key once it is broken
  if (keyId === undefined) {
    return refuse(
      'malformed-signature',
      `${pointer} names no key: a co-signature must have "key_id"`,
      SIGN_WITH_ID,
      pointer,
    );
  }
  const revocation = findRevocation(keyId, revocations);
  if (revocation !== undefined) return revoked(revocation, signedBy, `${pointer}.key_id`);
  const key = keys.find((one) => one.keyId === keyId);
  if (key === undefined) return unknown(manifest, block, pointer, keys, value.value);
  const weakness = findKeyWeakness(key.publicKey);
  if (weakness !== null) {
    const { message, remedy } = weakKey(weakness);
    return refuse('weak-key', `${message} (${quoteVisibly(key.name)})`, remedy, `${pointer}.key_id`);
  }
  if (block.digest !== undefined && block.digest !== contentDigest(manifest)) {
    return broken(block, pointer, 'it was made for another text, or its digest was changed', 'digest');
  }
  if (verifyEd25519(value.value, coSigningBytes(manifest, block), key.publicKey)) {
    return success({ state: 'valid', ...asSigner(key) });
  }
  return broken(block, pointer, 'it was changed, or made for another signature', 'value');
}

// As with the signature itself: a key id that was changed must not pass for a key that is not known here.
function unknown(
  manifest: Manifest,
  block: Signature,
  pointer: string,
  keys: readonly TrustedKey[],
  value: Uint8Array,
): Judged {
  const touched = keys.slice(0, MAX_TRIES).some((key) => {
    return verifyEd25519(value, coSigningBytes(manifest, { ...block, key_id: key.keyId }), key.publicKey);
  });
  if (touched) return broken(block, pointer, 'its key id was changed', 'key_id');
  return success({ state: 'unknown-key', keyId: block.key_id ?? '', signedBy: block.signed_by });
}

const MAX_TRIES = 64;

function broken({ signed_by }: Signature, pointer: string, why: string, field: string): Result<never, SignatureError> {
  const message = `the co-signature by ${quoteVisibly(signed_by)} does not fit: ${why}`;
  return refuse('bad-co-signature', message, SIGN_WITH_ID, `${pointer}.${field}`);
}

function twice({ key_id, signed_by }: Signature, pointer: string): Result<never, SignatureError> {
  const message = `${quoteVisibly(signed_by)} has signed already with the key ${key_id}`;
  return refuse('bad-co-signature', message, 'Remove one of the two.', `${pointer}.key_id`);
}

/** The signer can say whose co-signatures are needed: taking one of those away voids the manifest. */
function findMissing({ signature }: Manifest, coSigners: readonly CoSigner[]): SignatureError[] {
  const needed = signature?.co_signers ?? [];
  return needed.flatMap((keyId, index) => {
    const found = coSigners.find((one) => one.keyId === keyId);
    if (found?.state === 'valid') return [];
    const why = found === undefined ? 'and it is not' : 'and that key is not trusted here';
    const message = `the manifest has to be co-signed with the key ${keyId}, ${why}`;
    const remedy =
      found === undefined
        ? 'Get the manifest again, with its co-signature.'
        : 'If you trust the co-signer, get their public key: ringfence keys add FILE.pub';
    return [{ code: 'missing-co-signature' as const, message, remedy, pointer: `signature.co_signers[${index}]` }];
  });
}
