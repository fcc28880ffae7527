import { expect, it } from 'vitest';
import { parsePublicKey } from './key.ts';
import { partOf } from './part.ts';
import keys from './vectors/co-signatures.json' with { type: 'json' };
import vectors from './vectors/detached.json' with { type: 'json' };
import { verifyManifest } from './verify.ts';

const entries = [{ kind: 'file', path: 'SKILL.md', sha256: '2c'.repeat(32), links: 1, bytes: 1 }] as const;
const trusted = [keys.publicKeys.alice, keys.publicKeys.bob].map((text) => {
  const key = parsePublicKey(text);
  if (!key.ok) throw new Error(key.error.message);
  return key.value;
});
const encode = (text: string) => new TextEncoder().encode(text);

it.each(vectors.cases)('a detached signature: $name', ({ manifest, detached, code }) => {
  const found = verifyManifest({ bytes: encode(manifest), keys: trusted, entries, detached: encode(detached) });
  if (code === null) {
    expect(found).toMatchObject({
      ok: true,
      signer: { keyName: 'alice' },
      manifest: { signature: { algorithm: 'Ed25519' } },
    });
    return;
  }
  expect(found).toMatchObject({ ok: false, refusals: [{ code }] });
  const [first] = found.ok ? [] : found.refusals;
  if (partOf(code) === 'signature') expect(first?.message).toMatch(/clawmanifest\.sig|signature/);
});

it('without its detached signature the manifest is unsigned', () => {
  const found = verifyManifest({ bytes: encode(vectors.cases[0]?.manifest ?? ''), keys: trusted, entries });
  expect(found).toMatchObject({ ok: false, refusals: [{ code: 'unsigned' }] });
});
