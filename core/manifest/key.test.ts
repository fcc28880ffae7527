import { hexToBytes } from '@noble/hashes/utils.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findKeyWeakness, verifyEd25519 } from './ed25519.ts';
import {
  decodeTrustedKeys,
  formatPublicKey,
  formatSecretKey,
  generateKey,
  keyIdOf,
  parsePublicKey,
  parseSecretKey,
} from './key.ts';
import foreign from './vectors/foreign-keys.json' with { type: 'json' };
import vectors from './vectors/keys.json' with { type: 'json' };

describe('public keys', () => {
  it.each(vectors.weak)('weak: $name', ({ publicKey, weakness }) => {
    expect(findKeyWeakness(hexToBytes(publicKey))).toBe(weakness);
    const identityAndZero = hexToBytes(`01${'00'.repeat(63)}`);
    expect(verifyEd25519(identityAndZero, new Uint8Array(3), hexToBytes(publicKey))).toBe(false);
  });

  it.each(vectors.files.accepted)('file accepted: %j', (text) =>
    expect(parsePublicKey(text)).toMatchObject({ ok: true }),
  );

  it.each(vectors.files.refused)('file refused: $name', ({ text, code }) => {
    expect(parsePublicKey(text)).toMatchObject({ ok: false, error: { code } });
  });

  it.each(foreign.accepted)('of another program: $name', ({ text, publicKey, keyName }) => {
    const parsed = parsePublicKey(text);
    expect(parsed).toMatchObject({ ok: true, value: { name: keyName, keyId: keyIdOf(hexToBytes(publicKey)) } });
    if (parsed.ok) expect(parsePublicKey(formatPublicKey(parsed.value))).toEqual(parsed);
  });

  it.each(foreign.refused)('of another program refused: $name', ({ text, code }) => {
    expect(parsePublicKey(text)).toMatchObject({ ok: false, error: { code, remedy: expect.stringMatching(/\w/) } });
  });

  it('are named by the SHA-256 of their bytes', () => {
    expect(keyIdOf(hexToBytes(vectors.keyId.publicKey))).toBe(vectors.keyId.keyId);
  });
});

describe('key files', () => {
  it('are read as they are written', () => {
    const key = generateKey('Alice of Example Ltd');
    const { secretKey: _, ...publicPart } = key;
    expect(parsePublicKey(formatPublicKey(key))).toEqual({ ok: true, value: publicPart });
    expect(parseSecretKey(formatSecretKey(key))).toEqual({ ok: true, value: key });
  });

  it('a public key cannot be taken for a secret one', () => {
    expect(parseSecretKey(formatPublicKey(generateKey('a')))).toMatchObject({
      error: { message: 'this is a public key: it cannot sign' },
    });
  });

  it('one changed character is refused or is another key', () => {
    const key = generateKey('a');
    const text = formatPublicKey(key);
    const end = text.lastIndexOf(' ');
    fc.assert(
      fc.property(fc.nat(end - 1), fc.integer({ min: 0x20, max: 0x7e }), (index, code) => {
        fc.pre(text.charCodeAt(index) !== code);
        const parsed = parsePublicKey(text.slice(0, index) + String.fromCharCode(code) + text.slice(index + 1));
        expect(parsed.ok && parsed.value.keyId === key.keyId).toBe(false);
      }),
    );
  });
});

describe('decodeTrustedKeys', () => {
  it('keeps the sound keys and tells about each of the others', () => {
    const [alice, bob] = [generateKey('alice'), generateKey('bob')];
    const { keys, errors } = decodeTrustedKeys([
      { name: 'alice.pub', text: formatPublicKey(alice) },
      { name: 'broken.pub', text: 'hello' },
      { name: 'bob.pub', text: formatPublicKey(bob) },
      { name: 'again.pub', text: formatPublicKey({ ...alice, name: 'other' }) },
    ]);
    expect(keys.map(({ name, source }) => [name, source])).toEqual([
      ['alice', 'alice.pub'],
      ['bob', 'bob.pub'],
    ]);
    expect(errors.map(({ file, code }) => [file, code])).toEqual([
      ['broken.pub', 'malformed-key'],
      ['again.pub', 'same-key'],
    ]);
  });
});
