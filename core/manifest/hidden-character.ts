// Control, format (bidi, zero width), line separators, lone surrogates, and everything Unicode says is drawn as nothing.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const ZERO_WIDTH = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** The first character a reader cannot see, as `U+202E (changes the direction of text)`; null when there is none. */
export function findHiddenCharacter(text: string): string | null {
  const found = HIDDEN.exec(text)?.[0];
  return found === undefined ? null : `${codePoint(found)} (${kindOf(found)})`;
}

/** The same for prose, where line breaks, tabs and joined emoji are at home: only control and direction characters. */
export function findHiddenCharacterInProse(text: string): string | null {
  const found = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.exec(text.replace(/[\n\t]/g, ''))?.[0];
  return found === undefined ? null : `${codePoint(found)} (${kindOf(found)})`;
}

/** Text in quotation marks with everything invisible escaped, fit for a message. */
export function quoteVisibly(text: string): string {
  const all = new RegExp(HIDDEN.source, 'gu');
  return JSON.stringify(text).replace(all, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeUnit(character.charCodeAt(index))).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

function codePoint(character: string): string {
  const number = character.codePointAt(0) ?? 0;
  return `U+${number.toString(16).toUpperCase().padStart(4, '0')}`;
}

function kindOf(character: string): string {
  if (character === '\0') return 'NUL';
  if (BIDI.test(character)) return 'changes the direction of text';
  if (/\p{Cc}/u.test(character)) return 'control character';
  if (ZERO_WIDTH.test(character)) return 'invisible';
  return 'line separator';
}
