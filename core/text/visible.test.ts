import { describe, expect, test } from 'vitest';
import { HIDDEN_SAMPLES, MISLEADING_SAMPLES } from './testing/hidden-samples.ts';
import { mixesAlphabets, shortened, splitPath, visible, visiblePieces } from './visible.ts';

describe('what hides, turns or moves text is written out', () => {
  test.each([
    ['a line break', 'a\nb', 'a\\nb'],
    ['a tab and a return', 'a\t\rb', 'a\\t\\rb'],
    ['an escape sequence', '\u001b[2Kb', '\\u{1b}[2Kb'],
    ['a right-to-left override', 'a\u202etxt.exe', 'a\\u{202e}txt.exe'],
    ['isolates', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['zero width', 'a\u200bb\u200d\ufeff', 'a\\u{200b}b\\u{200d}\\u{feff}'],
    ['line and paragraph separators', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
    ['fillers that are letters', 'a\u3164b\u115f', 'a\\u{3164}b\\u{115f}'],
    ['variation selectors', 'a\ufe0fb', 'a\\u{fe0f}b'],
    ['tags', 'a\u{e0041}b', 'a\\u{e0041}b'],
    ['private use', '\ue000', '\\u{e000}'],
    ['half of a pair', 'a\ud800b', 'a\\u{d800}b'],
    ['a mark on a slash', '/etc/\u0338passwd', '/etc/\\u{338}passwd'],
    ['marks in a pile', 'e\u0301\u0301\u0301\u0301\u0301', 'e\u0301\u0301\u0301\\u{301}\\u{301}'],
    ['spaces that are none', 'a\u00a0b\u3000c', 'a\\u{a0}b\\u{3000}c'],
  ])('%s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test.each([...HIDDEN_SAMPLES, ...MISLEADING_SAMPLES])('%s, as everywhere', (_, text, character) => {
    expect(visible(text)).not.toContain(character);
  });

  test.each(['/home/dev/passport.txt', 'a b', 'Grüße', '東京', 'שָׁלוֹם', 'e\u0301', 'हिन्दी', '🚂'])(
    '%s stays as it is',
    (text) => {
      expect(visiblePieces(text)).toEqual([{ text, escaped: false }]);
    },
  );

  test('what is written out is told apart from a name that looks the same', () => {
    expect(visiblePieces('\\n\n')).toEqual([
      { text: '\\n', escaped: false },
      { text: '\\n', escaped: true },
    ]);
  });
});

test.each([
  ['p\u0430ypal', true],
  ['/home/dev/p\u0430ssport.txt', true],
  ['/home/dev/документ.txt', false],
  ['/home/\u0434\u043e\u043c/passport.txt', false],
  ['Ελλάδα-report', false],
  ['passport.txt', false],
])('letters of more than one alphabet in one name: %s %s', (text, mixes) => {
  expect(mixesAlphabets(text)).toBe(mixes);
});

test.each([
  ['/a/b.txt', { folder: '/a/', name: 'b.txt' }],
  ['/a/b/', { folder: '/a/', name: 'b/' }],
  ['/', { folder: '', name: '/' }],
  ['b', { folder: '', name: 'b' }],
])('the last name of %s', (path, parts) => {
  expect(splitPath(path)).toEqual(parts);
});

test('a name is cut only beyond its bound, and never through a pair', () => {
  expect(shortened('abcd', 4)).toBe('abcd');
  expect(shortened('abcde', 4)).toBe('abc…');
  expect(shortened('🚂🚂🚂🚂🚂', 4)).toBe('🚂🚂🚂…');
});
