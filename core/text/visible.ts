import { HIDDEN } from './hidden.ts';

/** A piece of text from elsewhere: as it is, or a character that hides or misleads, written out. */
export type VisiblePiece = { readonly text: string; readonly escaped: boolean };

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** Splits a text so that nothing in it can move, turn or hide what stands beside it. */
export function visiblePieces(text: string): VisiblePiece[] {
  const pieces: VisiblePiece[] = [];
  let end = 0;
  for (const { 0: character, index } of text.matchAll(HIDDEN)) {
    if (index > end) pieces.push({ text: text.slice(end, index), escaped: false });
    pieces.push({ text: escaped(character), escaped: true });
    end = index + character.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), escaped: false });
  return pieces;
}

/** The same as one string, for labels and announcements. */
export function visible(text: string): string {
  return visiblePieces(text)
    .map((piece) => piece.text)
    .join('');
}

function escaped(character: string): string {
  return SHORT[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** A name cut to this many characters; for places where the whole stands elsewhere. */
export function shortened(text: string, longest: number): string {
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

/** Alphabets whose letters pass for one another. */
const ALPHABETS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u] as const;

/** Whether one name, between two strokes or dots, is written in more than one of them: `раypal` for `paypal`. */
export function mixesAlphabets(text: string): boolean {
  return text.split(/[/.\s_-]+/).some((name) => ALPHABETS.filter((alphabet) => alphabet.test(name)).length > 1);
}

/** A path cut before its last name, which is never shortened anywhere. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const cut = path.slice(0, -1).lastIndexOf('/') + 1;
  return { folder: path.slice(0, cut), name: path.slice(cut) };
}
