import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteKey, utf8 } from '../pattern/bytes.ts';
import { matchComponent } from '../pattern/match-component.ts';
import type { Element } from '../pattern/pattern.ts';
import { ByteMatchers, matchedBy } from './byte-dfa.ts';
import { LimitExceeded, WorkBudget } from './work-budget.ts';

const character = fc.constantFrom('a', 'b', 'z', 'é', '߿', 'ࠀ', '€', '\uffff', '😀', '\u{10ffff}');
const range = fc
  .tuple(fc.oneof(character, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })), character)
  .map(
    ([one, other]) =>
      [one, other].map((text) => text.codePointAt(0) as number).sort((a, b) => a - b) as [number, number],
  )
  .map(([first, last]) => ({ first, last }));

const leaf: fc.Arbitrary<Element> = fc.oneof(
  character.map((text): Element => ({ kind: 'bytes', bytes: utf8(text) })),
  fc.constant<Element>({ kind: 'run' }),
  fc.record({
    kind: fc.constant('characters' as const),
    negated: fc.boolean(),
    ranges: fc.array(range, { maxLength: 1 }),
  }),
);
const element: fc.Arbitrary<Element> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.array(leaf, { maxLength: 2 }), { minLength: 2, maxLength: 3 })
      .map((alternatives): Element => ({ kind: 'choice', alternatives })),
  },
);
const elements = fc.array(element, { minLength: 1, maxLength: 4 });

const byte = fc.constantFrom(
  0x61,
  0x62,
  0x7a,
  0x80,
  0xbf,
  0xc1,
  0xc3,
  0xa9,
  0xdf,
  0xe0,
  0xe2,
  0x82,
  0xac,
  0xed,
  0xef,
  0xf0,
  0xf4,
  0xf7,
  0xf8,
  0xff,
);
const name = fc.oneof(
  fc.array(character, { minLength: 1, maxLength: 4 }).map((all) => utf8(all.join(''))),
  fc.array(byte, { minLength: 1, maxLength: 6 }).map((bytes) => Uint8Array.from(bytes)),
);

function matchers(): ByteMatchers {
  return new ByteMatchers(new WorkBudget(10_000_000), 60_000);
}

test('a matcher of several wildcards says for each what reading it says', () => {
  let matched = 0;
  fc.assert(
    fc.property(
      fc.array(elements, { minLength: 1, maxLength: 3 }),
      fc.array(name, { minLength: 10, maxLength: 10 }),
      (globs, names) => {
        const all = matchers();
        const ids = globs.map((glob) => all.intern(glob));
        const matcher = all.of([...new Set(ids)].sort((a, b) => a - b));
        for (const one of names) {
          const expected = [...new Set(ids.filter((_, i) => matchComponent(globs[i] as Element[], one)))].sort(
            (a, b) => a - b,
          );
          expect(matchedBy(matcher, byteKey(one))).toEqual(expected);
          matched += expected.length;
        }
      },
    ),
    { numRuns: 500, seed: 20260101 },
  );
  expect(matched).toBeGreaterThan(1_000);
});

test('wildcards written alike are one', () => {
  const all = matchers();
  const star: Element[] = [{ kind: 'run' }, { kind: 'bytes', bytes: utf8('.txt') }];
  expect(all.intern(star)).toBe(all.intern(structuredClone(star)));
  expect(all.intern([{ kind: 'run' }])).not.toBe(all.intern(star));
});

test('a matcher that would grow without measure is given up', () => {
  const all = new ByteMatchers(new WorkBudget(10_000_000), 4_096);
  const any: Element = { kind: 'characters', negated: true, ranges: [] };
  const glob = all.intern([{ kind: 'run' }, { kind: 'bytes', bytes: utf8('a') }, ...new Array<Element>(20).fill(any)]);
  expect(() => all.of([glob])).toThrow(LimitExceeded);
});
