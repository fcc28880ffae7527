import { hexToBytes } from '@noble/hashes/utils.js';
import type { Result } from '../result.ts';
import { failure, success } from '../result.ts';
import { decodeBase64 } from './base64.ts';
import { hasCanonicalScalar } from './ed25519.ts';
import { quoteVisibly } from './hidden-character.ts';
import { LAYOUT } from './layout.ts';
import { MAX_SIGNERS } from './limits.ts';
import type { SignatureCode, SignatureError } from './problem.ts';
import type { Signature } from './schema.ts';

export const SIGN_AGAIN =
  'Get it from its publisher again; if it is your own, sign it again: ringfence manifest sign FILE';

const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** The 64 bytes of a signature whose texts all have the form they must have; `pointer` is where it stands. */
export function readSignature(signature: Signature, pointer: string): Result<Uint8Array, SignatureError> {
  if (signature.algorithm !== 'Ed25519') {
    const message = `the signature's algorithm is ${quoteVisibly(signature.algorithm)}; only "Ed25519" is accepted`;
    return refuse('unsupported-algorithm', message, SIGN_AGAIN, `${pointer}.algorithm`);
  }
  const malformed = checkSha256(signature, 'key_id', pointer) ?? checkSha256(signature, 'digest', pointer);
  if (malformed !== null) return failure(malformed);
  const unknown = checkLayout(signature, pointer) ?? checkCoSigners(signature, pointer);
  return unknown === null ? decodeSignatureValue(signature.value, pointer) : failure(unknown);
}

/** The 64 bytes of a `value`: canonical base64 of 88 characters, or 128 lowercase hex digits. */
export function decodeSignatureValue(text: string, pointer = 'signature'): Result<Uint8Array, SignatureError> {
  const bytes = /^[0-9a-f]{128}$/.test(text) ? hexToBytes(text) : decodeBase64(text);
  const place = `${pointer}.value`;
  if (bytes?.length === 64) {
    if (hasCanonicalScalar(bytes)) return success(bytes);
    const message = 'the signature is not in its canonical form (its number S is too large)';
    return refuse('malformed-signature', message, SIGN_AGAIN, place);
  }
  return refuse('malformed-signature', `the signature's value ${whatItLooksLike(text)}`, SIGN_AGAIN, place);
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

function checkSha256(signature: Signature, field: 'key_id' | 'digest', pointer: string): SignatureError | null {
  const text = signature[field];
  if (text === undefined || SHA256.test(text)) return null;
  return malformed(`${pointer}.${field}`, 'is not "sha256:" and 64 lowercase hex digits');
}

// Passing over a layout that is not known would pass over what it promises.
function checkLayout({ layout }: Signature, pointer: string): SignatureError | null {
  if (layout === undefined || layout === LAYOUT) return null;
  return malformed(
    `${pointer}.layout`,
    `is ${quoteVisibly(layout)}; this version knows only ${JSON.stringify(LAYOUT)}`,
  );
}

function checkCoSigners({ co_signers: ids = [] }: Signature, pointer: string): SignatureError | null {
  const place = `${pointer}.co_signers`;
  if (ids.length > MAX_SIGNERS) return malformed(place, `names more than ${MAX_SIGNERS} keys`);
  if (new Set(ids).size < ids.length) return malformed(place, 'names a key twice');
  const wrong = ids.findIndex((id) => !SHA256.test(id));
  return wrong < 0 ? null : malformed(`${place}[${wrong}]`, 'is not "sha256:" and 64 lowercase hex digits');
}

function malformed(pointer: string, what: string): SignatureError {
  return { code: 'malformed-signature', message: `${pointer} ${what}`, remedy: SIGN_AGAIN, pointer };
}

export function refuse(
  code: SignatureCode,
  message: string,
  remedy: string,
  pointer: string,
): Result<never, SignatureError> {
  return failure({ code, message, remedy, pointer });
}
