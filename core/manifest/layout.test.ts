import { describe, expect, it } from 'vitest';
import { parsePublicKey } from './key.ts';
import { findOtherLayout, layOut } from './layout.ts';
import keys from './vectors/co-signatures.json' with { type: 'json' };
import vectors from './vectors/layout.json' with { type: 'json' };
import { verifyManifest } from './verify.ts';

const entries = [{ kind: 'file', path: 'SKILL.md', sha256: '2c'.repeat(32), links: 1, bytes: 1 }] as const;
const encode = (text: string) => new TextEncoder().encode(text);

describe('the layout of a manifest', () => {
  const alice = parsePublicKey(keys.publicKeys.alice);
  const trusted = alice.ok ? [alice.value] : [];

  it.each(vectors.cases)('$name', ({ text, code }) => {
    const found = verifyManifest({ bytes: encode(text), keys: trusted, entries });
    if (code === null) expect(found).toMatchObject({ ok: true });
    else expect(found).toMatchObject({ ok: false, refusals: [{ code }] });
  });

  it('is told by its first other byte', () => {
    const value = { a: 'ü', b: [1] };
    const text = layOut(value);
    expect(findOtherLayout(encode(text), value)).toBeNull();
    expect(findOtherLayout(encode(text.replace('"b": ', '"b":  ')), value)).toEqual({ line: 3, column: 8 });
    expect(findOtherLayout(encode(`${text}\n`), value)).toEqual({ line: 7, column: 1 });
    expect(findOtherLayout(new Uint8Array(), value)).toEqual({ line: 1, column: 1 });
  });
});
