import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import { matchComponent } from './match-component.ts';
import { parsePattern } from './parse-pattern.ts';
import type { Element } from './pattern.ts';
import { witnessNames } from './witness-names.ts';

function elementsOf(component: string): readonly Element[] {
  const parsed = parsePattern(`/${component}`);
  const only = parsed.ok ? parsed.value[0]?.[0] : undefined;
  if (only?.kind !== 'name') throw new Error(`${component} is not one name`);
  return only.elements;
}

const component = fc.constantFrom(
  'a',
  'ab',
  'é',
  '*',
  '?',
  'a*',
  '*b',
  '[!a]',
  '[a-c]?',
  '{a,b*}',
  '*a*',
  '??',
  '[à-ü]*',
  'a{,b}',
);
const name = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'b', 'c', 'é', 'z', '😀'), { minLength: 1, maxLength: 4 })
    .map((all) => utf8(all.join(''))),
  fc.uint8Array({ min: 0x80, max: 0xff, minLength: 1, maxLength: 3 }),
);

test('whatever a name matches, some witness matches exactly that', () => {
  fc.assert(
    fc.property(
      fc.array(component, { maxLength: 4 }),
      fc.array(name, { minLength: 5, maxLength: 5 }),
      (components, names) => {
        const all = components.map(elementsOf);
        const matchedBy = (one: Uint8Array) => all.map((elements) => matchComponent(elements, one)).join();
        const witnesses = witnessNames(all).map(matchedBy);
        for (const one of names) expect(witnesses).toContain(matchedBy(one));
      },
    ),
    { numRuns: 300, seed: 20260101 },
  );
});

test('a witness of a wildcard is not mistaken for a literal name', () => {
  const all = ['a', 'b', '?'].map(elementsOf);
  const matched = witnessNames(all).map((one) => all.map((elements) => matchComponent(elements, one)).join());
  expect(matched).toContain('false,false,true');
});
