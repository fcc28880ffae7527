import * as ed from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

ed.hashes.sha512 = sha512;

/** Order of the prime-order subgroup, L in RFC 8032. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

export type KeyWeakness = 'not-canonical' | 'not-on-curve' | 'small-order' | 'mixed-order';

/** Why no signature under these 32 bytes proves anything; null for a sound key. */
export function findKeyWeakness(publicKey: Uint8Array): KeyWeakness | null {
  const name = bytesToHex(publicKey);
  const known = judged.get(name);
  if (known !== undefined) return known;
  const weakness = judge(publicKey);
  if (judged.size >= MAX_JUDGED) judged.clear();
  judged.set(name, weakness);
  return weakness;
}

/** A key is looked at several times in one verification, and each look costs a multiplication on the curve. */
const judged = new Map<string, KeyWeakness | null>();
const MAX_JUDGED = 256;

function judge(publicKey: Uint8Array): KeyWeakness | null {
  const point = decodePoint(publicKey);
  if (point === null) return decodePoint(publicKey, true) === null ? 'not-on-curve' : 'not-canonical';
  if (point.isSmallOrder()) return 'small-order';
  return point.isTorsionFree() ? null : 'mixed-order';
}

function decodePoint(bytes: Uint8Array, lenient = false): ed.Point | null {
  try {
    return ed.Point.fromBytes(bytes, lenient);
  } catch {
    return null;
  }
}

/** RFC 8032 5.1.7: S must be below L, or a second signature could be made from any first one. */
export function hasCanonicalScalar(signature: Uint8Array): boolean {
  let scalar = 0n;
  for (let index = 63; index >= 32; index -= 1) scalar = (scalar << 8n) | BigInt(signature[index] ?? 0);
  return scalar < ORDER;
}

/** Strict RFC 8032 verification: canonical encodings only, S below L, no small-order key, and an R of prime order. */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (findKeyWeakness(publicKey) !== null || !hasPureCommitment(signature)) return false;
  return ed.verify(signature, message, publicKey, { zip215: false });
}

/**
 * The library multiplies by the cofactor, others do not; some take R = 0, others do not. With R in the prime-order subgroup, and
 * not its neutral element, all say the same, and no honest signature has another R.
 */
function hasPureCommitment(signature: Uint8Array): boolean {
  const point = decodePoint(signature.subarray(0, 32));
  return point !== null && !point.isSmallOrder() && point.isTorsionFree();
}

/** `secretKey` is the 32-byte seed of RFC 8032. */
export function signEd25519(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  return ed.sign(message, secretKey);
}

export function publicKeyOf(secretKey: Uint8Array): Uint8Array {
  return ed.getPublicKey(secretKey);
}

export function randomSecretKey(): Uint8Array {
  return ed.utils.randomSecretKey();
}
