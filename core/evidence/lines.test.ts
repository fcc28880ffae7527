import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LINE_BYTES, splitLines } from './lines.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const shown = (chunks: Uint8Array[]) =>
  [...splitLines(chunks)].map((line) => [new TextDecoder().decode(line.bytes), line.offset, line.ended]);

describe('lines', () => {
  test('are the same wherever the chunks are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'bc', '\n')), fc.array(fc.nat({ max: 3 })), (parts, cuts) => {
        const text = parts.join('');
        const chunks: Uint8Array[] = [];
        let start = 0;
        for (const cut of [...cuts, text.length]) {
          chunks.push(bytes(text.slice(start, start + cut)));
          start += cut;
        }
        expect(shown(chunks)).toEqual(shown([bytes(text)]));
      }),
    );
    expect(shown([bytes('a\n\nbc')])).toEqual([
      ['a', 0, true],
      ['', 2, true],
      ['bc', 3, false],
    ]);
  });

  test('a monstrous line is cut, and the next one found', () => {
    const monster = new Uint8Array(1024 * 1024).fill(97);
    const lines = [...splitLines([monster, monster, monster, bytes('\nnext\n')])];
    expect(lines[0]!.bytes.length).toBeGreaterThan(MAX_LINE_BYTES);
    expect(lines[1]).toMatchObject({ bytes: bytes('next'), offset: 3 * 1024 * 1024 + 1, ended: true });
  });
});
