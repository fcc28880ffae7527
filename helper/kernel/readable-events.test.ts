import { expect, test } from 'vitest';
import { readableEvents } from './readable-events.ts';

const UNKNOWN = 0;
const decode = ([code = UNKNOWN]: Uint8Array): number => {
  if (code === UNKNOWN) throw new RangeError('the kernel reported reason 0, which this version does not know');
  return code;
};
const records = (...codes: number[]) => codes.map((code) => Uint8Array.of(code));

test('a record that cannot be read does not take those beside it along', () => {
  expect(readableEvents(records(1, UNKNOWN, 3), decode)).toEqual([1, 3]);
});

test('what is wrong with the program is not taken for a record that cannot be read', () => {
  const broken = () => {
    throw new TypeError('undefined is not a function');
  };
  expect(() => readableEvents(records(1), broken)).toThrow(TypeError);
});
