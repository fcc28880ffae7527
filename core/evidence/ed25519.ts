import { getPublicKey, hashes, sign, verify } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';

hashes.sha512 = sha512;

/** 32 bytes (RFC 8032). */
export type PublicKey = Uint8Array & { readonly brand?: 'PublicKey' };
/** The 32-byte seed of RFC 8032, never the expanded key. */
export type SecretKey = Uint8Array & { readonly brand?: 'SecretKey' };

export function publicKeyOf(secretKey: SecretKey): PublicKey {
  return getPublicKey(secretKey);
}

export function signBytes(message: Uint8Array, secretKey: SecretKey): Uint8Array {
  return sign(message, secretKey);
}

/** RFC 8032 verification in its strict form: non-canonical points and small-order keys are refused. */
export function verifyBytes(signature: Uint8Array, message: Uint8Array, publicKey: PublicKey): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return verify(signature, message, publicKey, { zip215: false });
}
