import { describe, expect, it } from 'vitest';
import vectors from './vectors/versions.json' with { type: 'json' };
import { compareVersions } from './version.ts';

describe('versions', () => {
  const { ascending } = vectors;
  const pairs = ascending.flatMap((a, index) => ascending.slice(index + 1).map((b) => [a, b] as const));

  it.each(pairs)('%s is older than %s', (a, b) => {
    expect(compareVersions(a, b)).toBe('newer');
    expect(compareVersions(b, a)).toBe('older');
  });

  it.each(vectors.same)('%s and %s are the same', (a = '', b = '') => {
    expect([compareVersions(a, b), compareVersions(b, a)]).toEqual(['same', 'same']);
  });

  it.each(vectors.incomparable)('%s and %s have no order', (a = '', b = '') => {
    expect([compareVersions(a, b), compareVersions(b, a)]).toEqual([null, null]);
  });
});
