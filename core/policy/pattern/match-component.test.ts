import fc from 'fast-check';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import { matchComponent } from './match-component.ts';
import { matchPath } from './match-path.ts';
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

/** What both languages spell alike. */
const piece = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '.', 'é', '-', 'A'),
  fc.constantFrom('?', '[ab]', '[!a]', '[a-c]', '{a,b}', '{a,bc}', '{a*,b}'),
);
const globName = fc
  .array(fc.oneof({ weight: 6, arbitrary: piece }, { weight: 2, arbitrary: fc.constant('*') }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((pieces) => pieces.join(''))
  .filter((text) => !text.includes('**') && !/^\.{1,2}$/.test(text));
const glob = fc
  .array(fc.oneof({ weight: 5, arbitrary: globName }, { weight: 1, arbitrary: fc.constant('**') }), {
    minLength: 1,
    maxLength: 3,
  })
  // Below a name: at the very root picomatch’s “/**/” does not stand for nothing.
  .map((names) => `/p/${names.join('/')}`);
const fileName = fc
  .array(fc.constantFrom('a', 'b', 'c', '.', 'é', '-', 'A', 'x'), { minLength: 1, maxLength: 4 })
  .map((characters) => characters.join(''))
  .filter((text) => !/^\.{1,2}$/.test(text));
const path = fc.array(fileName, { minLength: 1, maxLength: 4 }).map((names) => ['p', ...names]);

/** One of the names a glob means, as a start that is close to matching. */
function near(globText: string): string[] {
  return globText
    .split('/')
    .slice(1)
    .filter((name) => name !== '**')
    .map((name) =>
      name
        .replace(/\{a\*,b\}|\{a,b\}|\{a,bc\}|\[ab\]|\[a-c\]/g, 'a')
        .replace(/\[!a\]|\?/g, 'b')
        .replaceAll('*', 'c'),
    );
}

test('the pattern language is picomatch’s where both speak it', () => {
  let matched = 0;
  let total = 0;
  fc.assert(
    fc.property(glob, fc.array(path, { minLength: 8, maxLength: 8 }), (text, paths) => {
      const parsed = parsePattern(text);
      if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
      // picomatch reads “!” only with `posix`, and lets a negated class cross “/”.
      // After a wildcard its “/**” at the end does not stand for nothing, as it does after a literal name.
      const theirText = text.replaceAll('[!a]', '[!a/]');
      const theirTexts = [theirText, theirText.replace(/(\/\*\*)+$/, '')];
      const theirs = picomatch(theirTexts, { dot: true, strictBrackets: true, posix: true });
      for (const names of [...paths, near(text), [...near(text), 'x'], near(text).slice(0, -1)]) {
        if (names.length === 0 || names.some((name) => /^\.{1,2}$/.test(name))) continue;
        const expected = theirs(`/${names.join('/')}`);
        const actual = parsed.value.some((pattern) => matchPath(pattern, names.map(utf8)));
        if (actual !== expected)
          throw new Error(`${text} on /${names.join('/')}: picomatch ${expected}, here ${actual}`);
        total += 1;
        if (actual) matched += 1;
      }
    }),
    { numRuns: 3000, seed: 20260101 },
  );
  expect(total).toBeGreaterThan(25_000);
  expect(matched).toBeGreaterThan(2_000);
});
