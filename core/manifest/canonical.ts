import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { Manifest, Signature } from './schema.ts';

/** Ties a signature to this purpose, so that it cannot be taken from or to another protocol. */
export const PAYLOAD_TYPE = 'application/vnd.ringfence.clawmanifest.v1+json';
/** Another one for co-signatures: neither can stand in the other's place. */
export const CO_SIGNATURE_TYPE = 'application/vnd.ringfence.clawmanifest.cosignature.v1+json';

/** RFC 8785 (JCS) bytes of a JSON value. Throws for what is no JSON: only parsed values come here. */
export function canonicalBytes(value: unknown): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return new TextEncoder().encode(text);
}

/** DSSE v1 pre-authentication encoding: "DSSEv1" SP len(type) SP type SP len(body) SP body, lengths in bytes. */
export function preAuthEncoding(type: string, body: Uint8Array): Uint8Array {
  const typeLength = new TextEncoder().encode(type).length;
  const head = new TextEncoder().encode(`DSSEv1 ${typeLength} ${type} ${body.length} `);
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

/**
 * What is signed: the whole manifest but for `signature.value`, so that algorithm, name and key id are covered, and but for
 * `signatures`, so that others can co-sign afterwards.
 */
export function signingBytes(manifest: Manifest): Uint8Array {
  const { signatures: _, ...own } = manifest;
  const { value: __, ...signature } = manifest.signature ?? { value: '' };
  return preAuthEncoding(PAYLOAD_TYPE, canonicalBytes({ ...own, signature }));
}

/**
 * What a co-signer signs: the manifest with its whole signature, and the co-signature but for its value. No other co-signature is
 * part of it, so they can be made in any order.
 */
export function coSigningBytes(manifest: Manifest, coSignature: Signature): Uint8Array {
  const { signatures: _, ...own } = manifest;
  const { value: __, ...block } = coSignature;
  return preAuthEncoding(CO_SIGNATURE_TYPE, canonicalBytes({ manifest: own, signature: block }));
}

/** `signature.digest`: of the manifest without its signatures. */
export function contentDigest(manifest: Manifest): string {
  const { signature: _, signatures: __, ...content } = manifest;
  return `sha256:${bytesToHex(sha256(canonicalBytes(content)))}`;
}
