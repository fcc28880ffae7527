import { sha256 } from '@noble/hashes/sha2.js';

/** A SHA-256 digest in lower-case hexadecimal: 64 characters. */
export type Digest = string & { readonly brand: 'Digest' };

const DIGEST = /^[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** SHA-256 (FIPS 180-4) of bytes, or of the UTF-8 form of a text. */
export function digestOf(content: Uint8Array | string): Digest {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return sha256(bytes).toHex() as Digest;
}
