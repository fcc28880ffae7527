import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { canonicalText } from './canonical.ts';
import { decodePoint, isIdentity, littleEndian, multiply, ORDER } from './edwards.ts';

/**
 * Which of the keys vouches for a manifest, by OpenSSL and by the rules beyond RFC 8032, each stated on its own. Co-signatures are
 * no part of what is signed.
 */
export function signerOf(manifest: unknown, keys: readonly Uint8Array[]): string | null {
  const { signature, signatures: _, ...content } = manifest as Record<string, unknown>;
  if (typeof signature !== 'object' || signature === null) return null;
  const { value, ...rest } = signature as Record<string, unknown>;
  if (rest.algorithm !== 'Ed25519' || typeof value !== 'string') return null;
  const bytes = decodeValue(value);
  if (bytes === null || littleEndian(bytes.subarray(32)) >= ORDER) return null;
  if (!isHashOrAbsent(rest.key_id) || !isHashOrAbsent(rest.digest)) return null;
  if (rest.digest !== undefined && rest.digest !== sha256(canonicalText(content))) return null;
  const candidates = keys.filter((key) => rest.key_id === undefined || rest.key_id === sha256(key));
  if (!candidates.every(isSoundKey)) return null;
  const message = preImage(canonicalText({ ...content, signature: rest }));
  const signer = candidates.find((key) => verify(null, message, keyObject(key), bytes));
  return signer === undefined ? null : sha256(signer);
}

/** Section 5's form, and hexadecimal. */
function decodeValue(text: string): Uint8Array | null {
  if (/^[A-Za-z0-9+/]{85}[AQgw]==$/.test(text)) return Buffer.from(text, 'base64');
  return /^[0-9a-f]{128}$/.test(text) ? Buffer.from(text, 'hex') : null;
}

function isHashOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value));
}

export function sha256(data: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/** DSSE v1. */
export function preImage(body: string, type = 'application/vnd.ringfence.clawmanifest.v1+json'): Buffer {
  return Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${Buffer.byteLength(body)} ${body}`);
}

const sound = new Map<string, boolean>();

/** A canonical encoding of a point in the subgroup of prime order, and not its neutral element. */
export function isSoundKey(key: Uint8Array): boolean {
  const name = Buffer.from(key).toString('hex');
  let known = sound.get(name);
  if (known === undefined) {
    const point = decodePoint(key);
    known = point !== null && !isIdentity(point) && isIdentity(multiply(point, ORDER));
    if (sound.size > 10_000) sound.clear();
    sound.set(name, known);
  }
  return known;
}

function keyObject(key: Uint8Array): KeyObject {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}
