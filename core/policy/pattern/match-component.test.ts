import { expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import { matchComponent } from './match-component.ts';
import { parsePattern } from './parse-pattern.ts';
import type { Element } from './pattern.ts';

function elementsOf(component: string): readonly Element[] {
  const parsed = parsePattern(`/${component}`);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const [only] = parsed.value[0] ?? [];
  if (only?.kind !== 'name') throw new Error('not one name');
  return only.elements;
}

test.each([
  ['stray continuation byte', [0x80]],
  ['truncated sequence', [0xe2, 0x82]],
  ['lead byte alone', [0xc3]],
  ['byte that never occurs in UTF-8', [0xff]],
])('%s: taken by * and by nothing else', (_, bytes) => {
  const name = Uint8Array.from(bytes);
  expect(matchComponent(elementsOf('*'), name)).toBe(true);
  expect(matchComponent(elementsOf('?'), name)).toBe(false);
  expect(matchComponent(elementsOf('[!a]'), name)).toBe(false);
});

test('an overlong spelling is not the character it imitates', () => {
  const overlongA = Uint8Array.from([0xc1, 0xa1]);
  expect(matchComponent(elementsOf('[a-b]'), overlongA)).toBe(false);
  expect(matchComponent(elementsOf('[!a]'), overlongA)).toBe(true);
  expect(matchComponent(elementsOf('?'), overlongA)).toBe(true);
});

test('many stars stay quick', () => {
  const started = performance.now();
  expect(matchComponent(elementsOf('*a'.repeat(60)), utf8('a'.repeat(255).replace(/a$/, 'b')))).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});
