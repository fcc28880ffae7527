import { describe, expect, it } from 'vitest';
import { parsePublicKey } from './key.ts';
import { parseManifest } from './parse.ts';
import { parseRevocations } from './revocation.ts';
import { verifySignature } from './signature.ts';
import vectors from './vectors/revoked-keys.json' with { type: 'json' };
import signatures from './vectors/signatures.json' with { type: 'json' };

describe('verifySignature with revoked keys', () => {
  const published = parsePublicKey(signatures.publicKeyFile);
  const keys = published.ok ? [published.value] : [];

  it.each(vectors.cases)('$name', ({ manifest, revocations, code }) => {
    const parsed = parseManifest(new TextEncoder().encode(JSON.stringify(manifest)));
    const revoked = parseRevocations(revocations);
    if (!parsed.ok || !revoked.ok) throw new Error('the vector cannot be read');
    const verified = verifySignature(parsed.value, keys, undefined, revoked.value);
    expect(verified.ok ? null : verified.error.code).toBe(code);
  });
});
