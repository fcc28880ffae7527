import { expect, test } from 'vitest';
import { utf8 } from '../pattern/bytes.ts';
import { byteSequences } from './byte-ranges.ts';

function isTaken(sequences: ReturnType<typeof byteSequences>, bytes: Uint8Array): number {
  return sequences.filter(
    (sequence) =>
      sequence.length === bytes.length &&
      sequence.every(({ low, high }, i) => low <= (bytes[i] as number) && (bytes[i] as number) <= high),
  ).length;
}

const BORDERS = [0x7f, 0x80, 0x7ff, 0x800, 0xfff, 0x1000, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x3ffff, 0x40000, 0x10ffff];

test('each character of the ranges is in exactly one sequence, each other in none', () => {
  const ranges = [
    { first: 0x7f, last: 0x81 },
    { first: 0x7fe, last: 0x1001 },
    { first: 0xfff0, last: 0x40000 },
  ];
  const taken = byteSequences(false, ranges);
  const left = byteSequences(true, ranges);
  const near = BORDERS.flatMap((border) => [border - 1, border, border + 1]);
  for (const value of near) {
    if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) continue;
    const bytes = utf8(String.fromCodePoint(value));
    const isMeant = ranges.some(({ first, last }) => first <= value && value <= last);
    expect([value, isTaken(taken, bytes), isTaken(left, bytes)]).toEqual([value, isMeant ? 1 : 0, isMeant ? 0 : 1]);
  }
});

test('the negation of nothing is every character in four sequences', () => {
  expect(byteSequences(true, [])).toHaveLength(4);
});
