import { byteKey } from '../pattern/bytes.ts';
import type { Element } from '../pattern/pattern.ts';

/**
 * The names that the elements match, as byte keys, sorted and distinct; null when they are more than `limit` or without end.
 * Named outright they cost an edge each; as a byte automaton a kibibyte for each byte.
 */
export function finiteNames(elements: readonly Element[], limit: number): string[] | null {
  let names = [''];
  for (const element of elements) {
    const pieces = piecesOf(element, limit);
    if (pieces === null || names.length * pieces.length > limit) return null;
    names = names.flatMap((name) => pieces.map((piece) => name + piece));
  }
  return [...new Set(names)].sort();
}

function piecesOf(element: Element, limit: number): string[] | null {
  switch (element.kind) {
    case 'bytes':
      return [byteKey(element.bytes)];
    case 'run':
      return null;
    case 'characters':
      return element.negated ? null : asciiCharacters(element.ranges, limit);
    case 'choice': {
      const alternatives = element.alternatives.map((alternative) => finiteNames(alternative, limit));
      return alternatives.some((names) => names === null) ? null : alternatives.flatMap((names) => names ?? []);
    }
  }
}

function asciiCharacters(ranges: readonly { first: number; last: number }[], limit: number): string[] | null {
  const size = ranges.reduce((total, { first, last }) => total + last - first + 1, 0);
  if (size > limit || ranges.some(({ last }) => last >= 0x80)) return null;
  const names = ranges.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, i) => String.fromCharCode(first + i)),
  );
  return names.filter((name) => name !== '/' && name !== '\0');
}
