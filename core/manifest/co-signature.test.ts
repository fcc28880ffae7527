import { describe, expect, it } from 'vitest';
import { verifyCoSignatures } from './co-signature.ts';
import { parsePublicKey, type TrustedKey } from './key.ts';
import { parseManifest } from './parse.ts';
import { verifySignature } from './signature.ts';
import vectors from './vectors/co-signatures.json' with { type: 'json' };
import { verifyManifest } from './verify.ts';

type Name = keyof typeof vectors.publicKeys;

function keysOf(names: readonly string[]): TrustedKey[] {
  return names.map((name) => {
    const key = parsePublicKey(vectors.publicKeys[name as Name]);
    if (!key.ok) throw new Error(key.error.message);
    return key.value;
  });
}

const bytesOf = (manifest: object) => new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
const entries = [{ kind: 'file', path: 'SKILL.md', sha256: '2c'.repeat(32), links: 1, bytes: 1 }] as const;

describe('co-signatures', () => {
  it.each(vectors.cases)('$name', ({ manifest, trusted, ...expected }) => {
    const found = verifyManifest({ bytes: bytesOf(manifest), keys: keysOf(trusted), entries });
    if ('coSigners' in expected) {
      expect(found).toMatchObject({ ok: true, signer: { keyName: 'alice' }, coSigners: expected.coSigners });
      if (found.ok) expect(found.coSigners).toHaveLength(expected.coSigners?.length ?? -1);
    } else {
      expect(found).toMatchObject({
        ok: false,
        refusals: [{ code: expected.code, remedy: expect.stringMatching(/\w/) }],
      });
    }
  });

  const one = vectors.cases.find(({ name }) => name === 'one, trusted')?.manifest ?? {};

  it('leave the signature as it was', () => {
    const parsed = parseManifest(bytesOf(one));
    if (!parsed.ok) throw new Error(parsed.error.message);
    const { signatures: _, ...alone } = parsed.value;
    for (const manifest of [parsed.value, alone]) {
      expect(verifySignature(manifest, keysOf(['alice']))).toMatchObject({ ok: true, value: { keyName: 'alice' } });
    }
  });

  it('of a key that is not trusted is told, and warned about', () => {
    const found = verifyManifest({ bytes: bytesOf(one), keys: keysOf(['alice']), entries });
    expect(found).toMatchObject({ ok: true, warnings: [{ code: 'unknown-co-signer' }] });
  });

  it('of a revoked key refuse', () => {
    const parsed = parseManifest(bytesOf(one));
    if (!parsed.ok) throw new Error(parsed.error.message);
    const [bob] = keysOf(['bob']);
    const revocation = { keyId: bob?.keyId ?? '', date: '2026-05-01T00:00:00Z', reason: 'stolen' };
    for (const trusted of [['alice', 'bob'], ['alice']]) {
      const found = verifyCoSignatures(parsed.value, keysOf(trusted), undefined, [revocation]);
      expect(found).toMatchObject({ error: [{ code: 'revoked-key', message: expect.stringContaining('stolen') }] });
    }
  });
});
