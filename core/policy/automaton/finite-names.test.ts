import { expect, test } from 'vitest';
import { parsePattern } from '../pattern/parse-pattern.ts';
import { finiteNames } from './finite-names.ts';

function namesOf(component: string, limit = 256): string[] | null {
  const parsed = parsePattern(`/${component}`);
  const only = parsed.ok ? parsed.value[0]?.[0] : undefined;
  if (only?.kind !== 'name') throw new Error('not one name');
  return finiteNames(only.elements, limit);
}

test.each([
  ['plain', ['plain']],
  ['a[0-2]', ['a0', 'a1', 'a2']],
  ['{b,a}c', ['ac', 'bc']],
  ['{a,a}', ['a']],
  ['{a,b[xy]}', ['a', 'bx', 'by']],
])('%s stands for names that can be listed', (component, names) => {
  expect(namesOf(component)).toEqual(names);
});

test.each(['*', 'a?', '[!a]', '[à-ü]', '{a,b*}'])('%s does not', (component) => {
  expect(namesOf(component)).toBeNull();
});

test('more names than the limit are not listed', () => {
  expect(namesOf('[0-9][0-9]', 100)).toHaveLength(100);
  expect(namesOf('[0-9][0-9]', 99)).toBeNull();
});
