import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { canonicalText } from './canonical.ts';
import { decodePoint, isIdentity, littleEndian, multiply, ORDER } from './edwards.ts';

type Json = Record<string, unknown>;

const CO_SIGNATURE_TYPE = 'application/vnd.ringfence.clawmanifest.cosignature.v1+json';

/**
 * Which of the keys vouches for a manifest, by OpenSSL and by the rules beyond RFC 8032, each stated on its own; null where it, or
 * a co-signature, is to be refused.
 */
export function signerOf(manifest: unknown, keys: readonly Uint8Array[]): string | null {
  const { signature, signatures = [], ...content } = manifest as Json;
  if (typeof signature !== 'object' || signature === null) return null;
  const block = readBlock(signature as Json, content);
  if (block === null) return null;
  const { value: _, ...rest } = signature as Json;
  const candidates = keys.filter((key) => rest.key_id === undefined || rest.key_id === sha256(key));
  if (!candidates.every(isSoundKey)) return null;
  const message = preImage(canonicalText({ ...content, signature: rest }));
  const signer = candidates.find((key) => verify(null, message, keyObject(key), block));
  if (signer === undefined) return null;
  const ids: unknown[] = [rest.key_id];
  for (const one of signatures as Json[]) {
    if (ids.includes(one.key_id) || !isGoodCoSignature(one, { ...content, signature }, content, keys)) return null;
    ids.push(one.key_id);
  }
  return sha256(signer);
}

/** The bytes of a signature whose texts all have their form, and whose digest, if there is one, is right. */
function readBlock(block: Json, content: Json): Uint8Array | null {
  const { algorithm, value, key_id, digest } = block;
  if (algorithm !== 'Ed25519' || typeof value !== 'string') return null;
  const bytes = decodeValue(value);
  if (bytes === null || littleEndian(bytes.subarray(32)) >= ORDER) return null;
  if (!isHashOrAbsent(key_id) || !isHashOrAbsent(digest)) return null;
  return digest === undefined || digest === sha256(canonicalText(content)) ? bytes : null;
}

/** One by a known key fits; one by an unknown key counts for nothing, unless it is a known key's under another id. */
function isGoodCoSignature(block: Json, manifest: Json, content: Json, keys: readonly Uint8Array[]): boolean {
  const { value: _, ...rest } = block;
  if (typeof rest.key_id !== 'string') return false;
  const fits = (key: Uint8Array, bytes: Uint8Array) => {
    const body = canonicalText({ manifest, signature: { ...rest, key_id: sha256(key) } });
    return isSoundKey(key) && verify(null, preImage(body, CO_SIGNATURE_TYPE), keyObject(key), bytes);
  };
  const key = keys.find((one) => sha256(one) === rest.key_id);
  if (key === undefined) {
    const { digest: __, ...withoutDigest } = block;
    const bytes = readBlock(withoutDigest, content);
    return bytes !== null && isHashOrAbsent(rest.digest) && !keys.some((one) => fits(one, bytes));
  }
  const bytes = readBlock(block, content);
  return bytes !== null && fits(key, bytes);
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
