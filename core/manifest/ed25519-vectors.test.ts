import { createPublicKey, verify } from 'node:crypto';
import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { findKeyWeakness, verifyEd25519 } from './ed25519.ts';
import vectors from './vectors/ed25519.json' with { type: 'json' };

/** OpenSSL, which does not multiply by the cofactor and takes keys that prove nothing. */
function openssl(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
}

describe('verifyEd25519', () => {
  it.each(vectors.cases)('$name', ({ publicKey, message, signature, valid }) => {
    const [key, text, made] = [hexToBytes(publicKey), hexToBytes(message), hexToBytes(signature)];
    expect(verifyEd25519(made, text, key)).toBe(valid);
    expect(findKeyWeakness(key) === null && openssl(made, text, key)).toBe(valid);
  });
});
