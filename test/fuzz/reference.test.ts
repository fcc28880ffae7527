import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../../core/manifest/base64.ts';
import canonical from '../../core/manifest/vectors/canonical.json' with { type: 'json' };
import keys from '../../core/manifest/vectors/keys.json' with { type: 'json' };
import signatures from '../../core/manifest/vectors/signatures.json' with { type: 'json' };
import texts from '../../core/manifest/vectors/text.json' with { type: 'json' };
import { parserInput } from './parser-input.ts';
import { canonicalText } from './reference/canonical.ts';
import { decodePoint, encodePoint, isIdentity, multiply, ORDER, ORDER_EIGHT } from './reference/edwards.ts';
import { isSoundKey, sha256, signerOf } from './reference/signature.ts';
import { readStrictly } from './reference/strict-json.ts';
import { verifierInput } from './verifier-input.ts';

const publicKey = Buffer.from(signatures.publicKeyFile.split(' ')[1] ?? '', 'base64');

type TextVector = {
  name: string;
  text?: string;
  base64?: string;
  made?: { before: string; unit: string; times: number; after: string };
  error: unknown;
};

describe('the references, by the published vectors', () => {
  it.each(texts.cases as TextVector[])('text: $name', ({ text, made, base64, error }) => {
    const whole = made === undefined ? text : made.before + made.unit.repeat(made.times) + made.after;
    const bytes = whole === undefined ? decodeBase64(base64 ?? '') : new TextEncoder().encode(whole);
    expect(readStrictly(bytes ?? new Uint8Array()).accepted).toBe(error === null);
  });

  it.each(canonical.canonical)('canonical: $text', (vector) => {
    expect(canonicalText(JSON.parse(vector.text))).toBe(vector.canonical);
  });

  it.each(signatures.cases)('signature: $name', ({ manifest, code }) => {
    // who was revoked has signed all the same
    const isSigned = code === null || code === 'revoked-key';
    expect(signerOf(manifest, [publicKey])).toBe(isSigned ? sha256(publicKey) : null);
  });

  it.each(keys.weak)('key: $name', (vector) => expect(isSoundKey(Buffer.from(vector.publicKey, 'hex'))).toBe(false));

  it('calls the key of RFC 8032 sound', () => expect(isSoundKey(publicKey)).toBe(true));

  it('knows the points of small order', () => {
    expect(isIdentity(multiply(ORDER_EIGHT, 8n))).toBe(true);
    expect(isIdentity(multiply(ORDER_EIGHT, 4n))).toBe(false);
    expect(isIdentity(multiply(ORDER_EIGHT, ORDER))).toBe(false);
    expect(decodePoint(encodePoint(ORDER_EIGHT))).toEqual(ORDER_EIGHT);
  });
});

describe('a case', () => {
  it('is the same each time, and another one for another number or seed', () => {
    for (let index = 0; index < 50; index += 1) {
      expect(parserInput(7, index)).toEqual(parserInput(7, index));
      expect(verifierInput(7, index)).toEqual(verifierInput(7, index));
    }
    const texts = Array.from({ length: 200 }, (_, index) =>
      Buffer.from(parserInput(7, index).bytes).toString('latin1'),
    );
    expect(new Set(texts).size).toBeGreaterThan(195);
    expect(parserInput(8, 3)).not.toEqual(parserInput(7, 3));
  });
});
