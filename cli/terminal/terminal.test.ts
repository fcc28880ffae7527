import { expect, test } from 'vitest';
import { HIDDEN_SAMPLES, MISLEADING_SAMPLES } from '../../core/text/testing/hidden-samples.ts';
import { PLAIN, paintFor } from './paint.ts';
import { table } from './table.ts';
import { span } from './time.ts';
import { visible, visibleCommand } from './visible.ts';

test('what would fool a reader is written out', () => {
  expect(visible('/tmp/a\u001b[2Jb')).toBe('/tmp/a\\u{1b}[2Jb');
  expect(visible('safe\u202etxt.exe')).toBe('safe\\u{202e}txt.exe');
  expect(visible('zero\u200bwidth')).toBe('zero\\u{200b}width');
  expect(visible('a\ufe0fb\u{e0101}c\u3164d')).toBe('a\\u{fe0f}b\\u{e0101}c\\u{3164}d');
  expect(visible('line\nbreak\\n')).toBe('line\\nbreak\\\\n');
  expect(visible('grüße/日本/🙂')).toBe('grüße/日本/🙂');
});

test.each([...HIDDEN_SAMPLES, ...MISLEADING_SAMPLES])('%s is written out', (_, text, character) => {
  expect(visible(text)).not.toContain(character);
  expect(visibleCommand(['ls', text])).not.toContain(character);
});

test('a command is shown so that its words can be told apart', () => {
  expect(visibleCommand(['sh', '-c', "echo 'a b'", ''])).toBe("sh -c 'echo '\\''a b'\\''' ''");
});

test('columns line up', () => {
  expect(
    table(
      ['A', 'LONG'],
      [
        ['xyz', '1'],
        ['', 'end'],
      ],
    ),
  ).toEqual(['A    LONG', 'xyz  1', '     end']);
});

test('spans are as people say them', () => {
  expect([-5, 4200, 61_000, 7_500_000, 300_000_000].map(span)).toEqual(['0 s', '4 s', '1 min', '2 h 05 min', '3 d']);
});

test('colour only on a terminal that wants it', () => {
  expect(paintFor(true, {}).bad('x')).toContain('\u001b');
  expect(paintFor(false, {})).toBe(PLAIN);
  expect(paintFor(true, { NO_COLOR: '1' })).toBe(PLAIN);
  expect(paintFor(true, { TERM: 'dumb' })).toBe(PLAIN);
});
