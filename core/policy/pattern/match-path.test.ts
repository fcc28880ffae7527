import fc from 'fast-check';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import { matchPath } from './match-path.ts';
import { parsePattern } from './parse-pattern.ts';

const SEED = 20260101;

function matches(pattern: string, names: readonly string[]): boolean {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) throw new Error(`${pattern}: ${parsed.error.message}`);
  return parsed.value.some((one) => matchPath(one, names.map(utf8)));
}

/** picomatch on a pattern of the common language. Where its reading of that differs by design is said here. */
function theirs(pattern: string): (names: readonly string[]) => boolean {
  // it reads “!” in a class only with `posix`, and lets a negated class cross “/”
  const text = pattern.replaceAll('[!', '[!/');
  // after a wildcard its “/**” at the end does not stand for nothing, as it does after a literal name
  const texts = [text, text.replace(/(\/\*\*)+$/, '')];
  const isMatch = picomatch(texts, { dot: true, strictBrackets: true, posix: true });
  return (names) => isMatch(`/${names.join('/')}`);
}

/** A piece of a name: how it is written, and pieces of names that it takes. */
type Piece = { readonly text: string; readonly takes: readonly string[]; readonly kind: string };

const piece = (kind: string, text: string, ...takes: string[]): Piece => ({ kind, text, takes });
const PIECES: readonly Piece[] = [
  ...['a', 'b', 'ab', '.', 'é', '-', 'A', '_1'].map((text) => piece('literal', text, text)),
  piece('?', '?', 'a', 'é', '.'),
  piece('?', '??', 'ab', 'éA'),
  piece('*', '*', '', 'a', 'b.c', 'éé'),
  piece('[..]', '[ab]', 'a', 'b'),
  piece('[..]', '[a-c]', 'a', 'c'),
  piece('[..]', '[0-9A]', '0', '7', 'A'),
  piece('[..]', '[à-ü]', 'é', 'ü'),
  piece('[!..]', '[!a]', 'b', 'é', '.'),
  piece('[!..]', '[!a-c]', 'x', 'A'),
  piece('{a,b}', '{a,b}', 'a', 'b'),
  piece('{a,b}', '{a*,b}', 'a', 'abc', 'b'),
  piece('{a,b}', '{a,bc,[x-z]}', 'bc', 'y'),
  piece('{a,b}', '{a,{b,c}x}', 'a', 'cx'),
  piece('escape', '\\*', '*'),
  piece('escape', '\\?', '?'),
  piece('escape', '\\[', '['),
  piece('escape', '\\{', '{'),
];

type Component = { readonly pieces: readonly Piece[] } | 'any depth';

const component: fc.Arbitrary<Component> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 4 })
      .filter((pieces) => !/\*\*|^\.{1,2}$/.test(textOf({ pieces })))
      .map((pieces) => ({ pieces })),
  },
  { weight: 2, arbitrary: fc.constant('any depth' as const) },
);

// below a name: at the very root picomatch’s “/**/” does not stand for nothing
const pattern = fc.array(component, { minLength: 1, maxLength: 4 });

function textOf(one: Component): string {
  return one === 'any depth' ? '**' : one.pieces.map(({ text }) => text).join('');
}

const name = fc
  .array(fc.constantFrom('a', 'b', 'c', 'x', '.', 'é', '-', 'A', '7', '*', '?', '{', '['), {
    minLength: 1,
    maxLength: 4,
  })
  .map((characters) => characters.join(''));

type Choice = { readonly picks: readonly number[]; readonly step: number; readonly other: string };
const choice: fc.Arbitrary<Choice> = fc.record({
  picks: fc.array(fc.nat(11), { minLength: 16, maxLength: 16 }),
  step: fc.nat(5),
  other: name,
});

/** Names that the components mean, or a step beside them. */
function near(components: readonly Component[], { picks, step, other }: Choice): string[] {
  let drawn = 0;
  const pick = () => picks[drawn++ % picks.length] ?? 0;
  const names = components.flatMap((one) => {
    if (one === 'any depth') return Array.from({ length: pick() % 3 }, () => other);
    return [one.pieces.map(({ takes }) => takes[pick() % takes.length]).join('')];
  });
  const at = pick() % Math.max(1, names.length);
  if (step === 0) return [...names, other];
  if (step === 1) return names.map((own, i) => (i === at ? other : own));
  if (step === 2) return names.slice(0, -1);
  if (step === 3) return names.map((own, i) => (i === at ? swapCase(own) : own));
  return names;
}

function swapCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}

const isName = (text: string) => text !== '' && text !== '.' && text !== '..';

test('a whole path is matched as picomatch matches it', () => {
  const kinds = new Map<string, number>();
  const counts = { total: 0, matched: 0, flipped: 0 };
  fc.assert(
    fc.property(pattern, fc.array(choice, { minLength: 6, maxLength: 6 }), (components, choices) => {
      const text = `/p/${components.map(textOf).join('/')}`;
      const expected = theirs(text);
      let meant: boolean | null = null;
      for (const one of choices) {
        const names = ['p', ...near(components, one)];
        if (!names.every(isName)) continue;
        const actual = matches(text, names);
        if (actual !== expected(names)) {
          throw new Error(`${text} on /${names.join('/')}: picomatch ${expected(names)}, here ${actual}`);
        }
        counts.total += 1;
        if (meant !== null && meant !== actual) counts.flipped += 1;
        meant = actual;
        if (!actual) continue;
        counts.matched += 1;
        for (const part of components) {
          for (const kind of part === 'any depth' ? ['**'] : part.pieces.map((own) => own.kind))
            kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        }
      }
    }),
    { numRuns: 4_000, seed: SEED },
  );
  expect(counts.total).toBeGreaterThan(15_000);
  expect(counts.matched).toBeGreaterThan(counts.total / 4);
  expect(counts.flipped).toBeGreaterThan(counts.total / 4);
  for (const kind of ['**', ...new Set(PIECES.map((own) => own.kind))])
    expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(200);
});

/** Braces around slashes are several paths, in both languages. */
test.each([
  ['/p/{a,b/c}/x', ['p', 'b', 'c', 'x']],
  ['/p/{a,b/c}/x', ['p', 'a', 'x']],
  ['/p/{a,b/c}/x', ['p', 'b', 'x']],
  ['/p/{a/**,b}/x', ['p', 'a', 'q', 'r', 'x']],
  ['/p/{a/**/b,c}/*', ['p', 'a', 'b', 'x']],
  ['/p/{a,{b,c/d}/e}', ['p', 'c', 'd', 'e']],
  ['/p/{a,{b,c/d}/e}', ['p', 'c', 'e']],
  ['/p/x{a,/b}', ['p', 'x', 'b']],
  ['/p/x{a,/b}', ['p', 'xa']],
  ['/p/x{a,/b}', ['p', 'xb']],
] as const)('%s on %j', (text, names) => {
  expect(matches(text, names)).toBe(theirs(text)(names));
});

test('paths beyond what picomatch is asked: depth, length, and names that are no text', () => {
  const deep = Array.from({ length: 60 }, () => 'd');
  expect(matches('/**/x', [...deep, 'x'])).toBe(true);
  expect(matches(`/**${'/d/**'.repeat(20)}/x`, [...deep, 'x'])).toBe(true);
  expect(matches(`/**${'/d/**'.repeat(20)}/y`, [...deep, 'x'])).toBe(false);
  const parsed = parsePattern('/*/?');
  if (!parsed.ok) throw new Error(parsed.error.message);
  const stray = Uint8Array.of(0xff);
  expect(parsed.value.some((one) => matchPath(one, [stray, utf8('é')]))).toBe(true);
  expect(parsed.value.some((one) => matchPath(one, [utf8('é'), stray]))).toBe(false);
});
