import { describe, expect, it } from 'vitest';
import { parseInstant } from './instant.ts';
import type { Manifest } from './schema.ts';
import { checkValidity } from './validity.ts';
import vectors from './vectors/validity.json' with { type: 'json' };

describe('moments', () => {
  it.each(vectors.instants.accepted)('%s is one', (text) => expect(parseInstant(text)).not.toBeNull());
  it.each(vectors.instants.refused)('%j is none', (text) => expect(parseInstant(text)).toBeNull());

  it('sort as time does', () => {
    const orders = vectors.instants.ascending.map((text) => parseInstant(text)?.order ?? '');
    expect([...orders].sort()).toEqual(orders);
    expect(new Set(orders).size).toBe(orders.length);
  });
});

describe('a manifest', () => {
  it.each(vectors.cases)('$name', ({ name: _, now, code, ...times }) => {
    const manifest: Manifest = { skill_id: 's', version: '1', permissions: {}, hashes: {}, ...times };
    const found = checkValidity(manifest, Date.parse(now));
    expect(found?.code ?? null).toBe(code);
    if (found !== null) expect(found.message).toContain(code === 'expired' ? times.expires : times.created);
  });
});
