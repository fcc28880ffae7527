import { describe, expect, test } from 'vitest';
import { HIDDEN_SAMPLES, MISLEADING_SAMPLES } from '../text/testing/hidden-samples.ts';
import { findHiddenCharacter, findHiddenCharacterInProse, quoteVisibly } from './hidden-character.ts';

describe('what a reader cannot see', () => {
  test.each(HIDDEN_SAMPLES)('%s is refused in a name', (_, text, character) => {
    const number = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    expect(findHiddenCharacter(text)).toMatch(`U+${number} (`);
  });

  test.each([...HIDDEN_SAMPLES, ...MISLEADING_SAMPLES])('%s is escaped in a message', (_, text, character) => {
    const quoted = quoteVisibly(text);
    expect(quoted).not.toContain(character);
    expect(JSON.parse(quoted)).toBe(text);
  });

  test.each(['\u2800', '\u3164', '\u{e0041}', '\u{e0101}', '\u034f', '\u200b', '\ue000'])(
    'what could carry a text of its own is refused in prose: %j',
    (character) => {
      expect(findHiddenCharacterInProse(`a${character}b`)).not.toBeNull();
    },
  );
});

test.each([
  ['\0', 'U+0000 (NUL)'],
  ['\u001b', 'U+001B (control character)'],
  ['\u202e', 'U+202E (changes the direction of text)'],
  ['\u2028', 'U+2028 (line separator)'],
  ['\u2800', 'U+2800 (invisible)'],
  ['\ud800', 'U+D800 (half of a character)'],
  ['\ue000', 'U+E000 (shows something else in each font)'],
  ['/\u0338', 'U+0338 (covers what stands before it)'],
])('what is found is named: %j', (text, named) => {
  expect(findHiddenCharacter(text)).toBe(named);
});

test.each([
  ...MISLEADING_SAMPLES.map(([, text]) => text),
  'Grüße',
  'e\u0301',
  'हिन्दी',
  '\u101c\u103b\u103e\u1031\u102c\u1037',
])('a name that people write is accepted: %s', (text) => {
  expect(findHiddenCharacter(text)).toBeNull();
});

test.each(['one\n\ttwo', '👩\u200d💻 ❤\ufe0f', 'می\u200cخواهم', 'a\u00a0: b', 'the mark \u0301'])(
  'line breaks, joined emoji and joined letters are at home in prose: %j',
  (text) => {
    expect(findHiddenCharacterInProse(text)).toBeNull();
  },
);
