import { hexToBytes } from '@noble/hashes/utils.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64 } from './base64.ts';
import { signingBytes } from './canonical.ts';
import { signEd25519 } from './ed25519.ts';
import type { SkillEntry } from './hashes.ts';
import { formatPublicKey, generateKey, parsePublicKey, secretKeyFrom } from './key.ts';
import { parseManifest } from './parse.ts';
import { partOf } from './part.ts';
import type { Revocation } from './revocation.ts';
import type { Manifest } from './schema.ts';
import { signManifest } from './sign.ts';
import { verifySignature } from './signature.ts';
import seed from './vectors/seed-example.json' with { type: 'json' };
import vectors from './vectors/signatures.json' with { type: 'json' };
import { verifyManifest } from './verify.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const entry = (path: string, sha256 = 'ab'.repeat(32)): SkillEntry => ({
  kind: 'file',
  path,
  sha256,
  links: 1,
  bytes: 1,
});

const draft: Manifest = {
  skill_id: 'mail-helper',
  version: '1.0.0',
  permissions: { filesystem: { read: ['~/Maildir/**'] }, network: { egress: ['192.0.2.1:443'] } },
  hashes: { 'SKILL.md': `sha256:${'ab'.repeat(32)}` },
};
const key = generateKey('alice');
const entries = [entry('SKILL.md')];

type Case = { name: string; manifest: object; code: string | null; revocations?: Revocation[] };

describe('verifySignature', () => {
  const published = parsePublicKey(vectors.publicKeyFile);
  const keys = published.ok ? [published.value] : [];

  it.each(vectors.cases as Case[])('$name', ({ manifest, code, revocations = [] }) => {
    const parsed = parseManifest(encode(JSON.stringify(manifest)));
    const verified = parsed.ok ? verifySignature(parsed.value, keys, undefined, revocations) : null;
    if (code === null) expect(verified).toMatchObject({ ok: true, value: { keyName: 'rfc8032-test-1' } });
    else expect(verified).toMatchObject({ ok: false, error: { code } });
  });

  it('signs the same bytes every time', () => {
    const first = vectors.cases.find(({ name }) => name === 'as sign writes it')?.manifest;
    const { keyId, secretKey } = secretKeyFrom(hexToBytes(vectors.secretKey), 'x');
    const text = signManifest(first as unknown as Manifest, secretKey, 'rfc8032-test-1');
    expect(JSON.parse(text)).toEqual(first);
    expect(JSON.parse(text).signature.key_id).toBe(keyId);
  });

  it('tells a key that proves nothing', () => {
    const text = signManifest(draft, key.secretKey, 'alice');
    const weak = { ...key, publicKey: hexToBytes(`01${'00'.repeat(31)}`) };
    expect(verifySignature(JSON.parse(text), [weak])).toMatchObject({ error: { code: 'weak-key' } });
  });

  it('tells a revoked key, whether it is still trusted, and by key id or without one', () => {
    const revocation = { keyId: key.keyId, date: '2026-05-01T00:00:00Z', reason: 'the laptop was stolen' };
    const {
      key_id: _,
      digest: __,
      layout: ___,
      value: ____,
      ...block
    } = JSON.parse(signManifest(draft, key.secretKey, 'alice')).signature;
    const unsigned = { ...draft, signature: { ...block, value: '' } };
    const value = encodeBase64(signEd25519(signingBytes(unsigned), key.secretKey));
    const seedOnly = { ...draft, signature: { ...block, value } };
    expect(verifySignature(seedOnly, [key])).toMatchObject({ ok: true });
    const withId = JSON.parse(signManifest(draft, key.secretKey, 'alice'));
    for (const [manifest, keys] of [
      [seedOnly, [key]],
      [withId, [key]],
      [withId, []],
    ] as const) {
      const found = verifySignature(manifest, keys, undefined, [revocation]);
      expect(found).toMatchObject({ error: { code: 'revoked-key', message: expect.stringContaining(key.keyId) } });
      const message = found.ok ? '' : found.error.message;
      expect(message).toContain('2026-05-01T00:00:00Z: the laptop was stolen');
    }
    expect(verifySignature(withId, [key], undefined, [{ ...revocation, keyId: `sha256:${'0'.repeat(64)}` }]).ok).toBe(
      true,
    );
  });

  it('says where the key is when the manifest brings it along', () => {
    const own = { ...draft, publisher: { keys: [formatPublicKey(key).trimEnd()] } };
    const found = verifySignature(JSON.parse(signManifest(own, key.secretKey, 'alice')), []);
    expect(found).toMatchObject({ error: { code: 'unknown-key', remedy: expect.stringContaining('keys trust FILE') } });
  });

  it('finds the key without a key id among many', () => {
    const keys = [generateKey('bob'), key, generateKey('carol')];
    const seedOnly = vectors.cases.find(({ name }) => name === 'only the fields of the seed')
      ?.manifest as unknown as Manifest;
    const publisher = published.ok ? [published.value] : [];
    expect(verifySignature(seedOnly, [...keys, ...publisher])).toMatchObject({ value: { keyName: 'rfc8032-test-1' } });
    expect(verifySignature(seedOnly, keys)).toMatchObject({ error: { code: 'unknown-key' } });
    expect(verifySignature(seedOnly, [])).toMatchObject({ error: { code: 'unknown-key' } });
  });
});

describe('verifyManifest', () => {
  it('refuses the seed example for exactly its two reasons', () => {
    const bytes = encode(JSON.stringify(seed.manifest, null, 2));
    const verified = verifyManifest({ bytes, keys: [key], entries: seed.files.map((path) => entry(path)) });
    expect(verified.ok ? [] : verified.refusals.map(({ code }) => code)).toEqual(seed.codes);
  });

  it('accepts the seed example once really hashed and signed', () => {
    const hashes = Object.fromEntries(seed.files.map((path) => [path, `sha256:${'ab'.repeat(32)}`]));
    const text = signManifest({ ...seed.manifest, hashes }, key.secretKey, 'alice');
    const verified = verifyManifest({
      bytes: encode(text),
      keys: [key],
      entries: seed.files.map((path) => entry(path)),
    });
    expect(verified).toMatchObject({ ok: true, signer: { keyId: key.keyId, keyName: 'alice' } });
    expect(verified.ok && verified.warnings.map(({ code }) => code)).toEqual([]);
  });

  it('warns when the signer is known by another name', () => {
    const text = signManifest(draft, key.secretKey, 'Mallory');
    expect(verifyManifest({ bytes: encode(text), keys: [key], entries })).toMatchObject({
      ok: true,
      warnings: [
        { code: 'other-name', message: 'the manifest calls its signer "Mallory"; the key is known here as "alice"' },
      ],
    });
  });

  it('accepts whatever was signed, with any names and extra fields', () => {
    const label = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() === text);
    const extra = fc.dictionary(
      label.filter((name) => !(name in draft) && name !== '__proto__'),
      fc.oneof(label, fc.maxSafeInteger()),
      { maxKeys: 3 },
    );
    fc.assert(
      fc.property(label, label, extra, (skill_id, version, fields) => {
        const known = ['name', 'description', 'critical', 'on_violation', 'signature'];
        fc.pre(!known.some((name) => name in fields));
        const text = signManifest({ ...fields, ...draft, skill_id, version }, key.secretKey, 'alice');
        expect(verifyManifest({ bytes: encode(text), keys: [key], entries })).toMatchObject({ ok: true });
      }),
      { numRuns: 50 },
    );
  });
});

describe('one changed byte', () => {
  const text = signManifest(draft, key.secretKey, 'alice');
  const bytes = encode(text);
  const block = text.indexOf('"signature"');
  const changed = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));

  it('of the manifest is refused, and the refusal names manifest, signature or key', () => {
    fc.assert(
      fc.property(changed, ([index, difference]) => {
        const other = bytes.slice();
        other[index] = (other[index] ?? 0) ^ difference;
        const verified = verifyManifest({ bytes: other, keys: [key], entries });
        const [first] = verified.ok ? [] : verified.refusals;
        expect(first, `byte ${index} may become ${other[index]}`).toBeDefined();
        const part = partOf(first?.code ?? '');
        if (index < block) expect(part).toBe('manifest');
        else expect(part).toMatch(/^(manifest|signature)$/);
      }),
      { numRuns: 400 },
    );
  });

  it('of a file is refused, and the refusal names the file', () => {
    const verified = verifyManifest({ bytes, keys: [key], entries: [entry('SKILL.md', `ac${'ab'.repeat(31)}`)] });
    expect(verified).toMatchObject({ ok: false, refusals: [{ code: 'changed-file', paths: ['SKILL.md'] }] });
  });

  it('of the key is refused, and the refusal names the key', () => {
    const line = formatPublicKey(key);
    fc.assert(
      fc.property(fc.integer({ min: 18, max: 61 }), fc.constantFrom(...'ABYZabyz0189+/'), (index, character) => {
        fc.pre(line[index] !== character);
        const parsed = parsePublicKey(line.slice(0, index) + character + line.slice(index + 1));
        if (!parsed.ok) {
          expect(parsed.error.code).toMatch(/^(malformed|weak)-key$/);
          return;
        }
        const verified = verifyManifest({ bytes, keys: [parsed.value], entries });
        expect(verified).toMatchObject({ ok: false, refusals: [{ code: 'unknown-key' }] });
      }),
    );
  });
});
