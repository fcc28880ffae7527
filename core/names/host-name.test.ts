import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coversName, parseNamePattern, wireName } from './host-name.ts';
import vectors from './vectors/names.json' with { type: 'json' };

test.each(vectors.patterns)('$pattern', ({ pattern, matches, misses }) => {
  const means = (name: string) => coversName(parseNamePattern(pattern), parseNamePattern(name));
  expect(matches.filter(means)).toEqual(matches);
  expect(misses.filter(means)).toEqual([]);
});

const label = fc.constantFrom('a', 'b', 'ab', 'example', 'org', 'xn--a', '1', 'a-b');
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const pattern = fc.tuple(fc.boolean(), name).map(([ending, text]) => (ending ? `*.${text}` : text));

/** Written by text, where the product goes by bytes and labels. */
function meansByText(text: string, host: string): boolean {
  return text.startsWith('*.') ? host.endsWith(text.slice(1)) && host !== text.slice(2) : host === text;
}

test('a name is matched by whole labels', () => {
  let matching = 0;
  fc.assert(
    fc.property(pattern, name, (text, host) => {
      const expected = meansByText(text, host);
      matching += Number(expected);
      expect(coversName(parseNamePattern(text), parseNamePattern(host))).toBe(expected);
    }),
    { numRuns: 20_000, seed: 20260101 },
  );
  expect(matching).toBeGreaterThan(100);
});

test('what one covers of another is what it means of it', () => {
  fc.assert(
    fc.property(pattern, pattern, fc.array(name, { minLength: 20, maxLength: 20 }), (outer, inner, hosts) => {
      if (!coversName(parseNamePattern(outer), parseNamePattern(inner))) return;
      for (const host of hosts) if (meansByText(inner, host)) expect(meansByText(outer, host), host).toBe(true);
    }),
    { numRuns: 20_000, seed: 20260102 },
  );
});

test('a label that holds a dot is one label', () => {
  const tricky = Uint8Array.from([...wireName('x').subarray(0, 2), 11, ...Buffer.from('example.org'), 0]);
  expect(coversName(parseNamePattern('*.example.org'), { name: tricky, ending: false })).toBe(false);
});
