/**
 * What a manifest refuses, where other places write it out. Spaces other than the common one and piles of marks are
 * accepted: files have such names, and a manifest must be able to name them. Messages escape them too.
 */
import { HIDDEN, HIDDEN_IN_NAME, HIDDEN_IN_PROSE } from '../text/hidden.ts';

/** The first character a reader cannot see, as `U+202E (changes the direction of text)`; null when there is none. */
export function findHiddenCharacter(text: string): string | null {
  return describe(HIDDEN_IN_NAME.exec(text));
}

/** The same for prose, where line breaks, tabs and joined emoji are at home. */
export function findHiddenCharacterInProse(text: string): string | null {
  return describe(HIDDEN_IN_PROSE.exec(text));
}

/** Text in quotation marks with everything invisible escaped, fit for a message. */
export function quoteVisibly(text: string): string {
  return JSON.stringify(text).replace(HIDDEN, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeUnit(character.charCodeAt(index))).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

function describe(found: RegExpExecArray | null): string | null {
  return found === null ? null : `${codePoint(found[0])} (${kindOf(found[0])})`;
}

function codePoint(character: string): string {
  const number = character.codePointAt(0) ?? 0;
  return `U+${number.toString(16).toUpperCase().padStart(4, '0')}`;
}

function kindOf(character: string): string {
  if (character === '\0') return 'NUL';
  if (/\p{Bidi_Control}/u.test(character)) return 'changes the direction of text';
  if (/\p{Cc}/u.test(character)) return 'control character';
  if (/[\p{Zl}\p{Zp}]/u.test(character)) return 'line separator';
  if (/\p{Cs}/u.test(character)) return 'half of a character';
  if (/\p{Co}/u.test(character)) return 'shows something else in each font';
  if (/(?!\p{Default_Ignorable_Code_Point})\p{M}/u.test(character)) return 'covers what stands before it';
  return 'invisible';
}
