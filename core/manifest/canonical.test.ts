import { describe, expect, it } from 'vitest';
import { canonicalBytes, preAuthEncoding, signingBytes } from './canonical.ts';
import type { Manifest } from './schema.ts';
import { parseStrictJson } from './strict-json.ts';
import vectors from './vectors/canonical.json' with { type: 'json' };

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

describe('canonicalBytes', () => {
  it.each(vectors.canonical)('$text', ({ text, canonical }) => {
    const parsed = parseStrictJson(encode(text));
    expect(parsed.ok && decode(canonicalBytes(parsed.value.value))).toBe(canonical);
  });
});

describe('canonical forms', () => {
  const formOf = (text: string) => {
    const parsed = parseStrictJson(encode(text));
    return parsed.ok ? decode(canonicalBytes(parsed.value.value)) : parsed.error.code;
  };
  it.each(vectors.different)('differ: $why', ({ one, other }) => expect(formOf(one)).not.toBe(formOf(other)));
  it.each(vectors.refused)('there is none of $text', ({ text, code }) => expect(formOf(text)).toBe(code));
});

describe('preAuthEncoding', () => {
  it.each(vectors.preAuth)('$encoded', ({ type, body, encoded }) => {
    expect(decode(preAuthEncoding(type, encode(body)))).toBe(encoded);
  });
});

describe('signingBytes', () => {
  it('covers everything but the value of the signature', () => {
    const manifest: Manifest = {
      skill_id: 's',
      version: '1',
      permissions: {},
      hashes: {},
      extra: 1,
      signature: { algorithm: 'Ed25519', value: 'AAAA', signed_by: 'me', key_id: 'k' },
    };
    const body =
      '{"extra":1,"hashes":{},"permissions":{},"signature":{"algorithm":"Ed25519","key_id":"k","signed_by":"me"},"skill_id":"s","version":"1"}';
    expect(decode(signingBytes(manifest))).toBe(
      `DSSEv1 46 application/vnd.ringfence.clawmanifest.v1+json ${body.length} ${body}`,
    );
  });
});
