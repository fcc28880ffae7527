/** A text with one character that hides or misleads, and that character: what every place that shows text is held to. */
export const HIDDEN_SAMPLES = [
  ['a line break', 'a\nb', '\n'],
  ['an escape', 'a\u001b[2Kb', '\u001b'],
  ['a right-to-left override', 'a\u202eb', '\u202e'],
  ['zero width', 'a\u200bb', '\u200b'],
  ['a line separator', 'a\u2028b', '\u2028'],
  ['half of a pair', 'a\ud800b', '\ud800'],
  ['private use', 'a\ue000b', '\ue000'],
  ['a variation selector', 'a\ufe0fb', '\ufe0f'],
  ['a variation selector of the second row', 'a\u{e0101}b', '\u{e0101}'],
  ['a tag', 'a\u{e0041}b', '\u{e0041}'],
  ['a place kept for tags', 'a\u{e0080}b', '\u{e0080}'],
  ['a Hangul filler', 'a\u3164b', '\u3164'],
  ['a half-width Hangul filler', 'a\uffa0b', '\uffa0'],
  ['a blank Braille letter', 'a\u2800b', '\u2800'],
  ['a joiner of graphemes', 'a\u034fb', '\u034f'],
  ['a Khmer vowel that shows nothing', 'a\u17b4b', '\u17b4'],
  ['a mark on a slash', '/a/\u0338b', '\u0338'],
] as const;

/** The same for what names in living languages hold: it is written out where it is shown, and no reason to refuse a name. */
export const MISLEADING_SAMPLES = [
  ['a space that does not break', 'a\u00a0b', '\u00a0'],
  ['a wide space', 'a\u3000b', '\u3000'],
  ['a pile of marks', 'e\u0301\u0302\u0303\u0304', '\u0304'],
] as const;
